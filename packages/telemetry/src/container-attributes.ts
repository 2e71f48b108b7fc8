import type { Attributes } from '@opentelemetry/api'
import { readSystemFile } from './read-system-file.ts'

// Docker, containerd, CRI-O and Podman name the cgroup after the container: 64 hex digits. ECS and Fargate: 32, a dash
// and a number. In nested containers the innermost one comes last.
const inCgroup = /[/:-]([0-9a-f]{64}|[0-9a-f]{32}-\d+)(?=\.scope|\/|\s|$)/g
// With cgroup v2 that path may be just `/`; but /etc/hostname is mounted from the container's own folder. (Where it
// comes from a folder `sandboxes`, that is the pod's pause container, not this one.)
const inMountinfo = /\/(?:containers|overlay-containers)\/([0-9a-f]{64})\/\S* \/etc\/(?:hostname|hosts|resolv\.conf) /g

/** `container.id`, read from the kernel's view of this process. Empty outside a container and outside Linux. */
export function containerAttributes(read: (path: string) => string = readSystemFile): Attributes {
  const id = last(read('/proc/self/cgroup'), inCgroup) ?? last(read('/proc/self/mountinfo'), inMountinfo)
  return id === undefined ? {} : { 'container.id': id }
}

function last(text: string, pattern: RegExp): string | undefined {
  return [...text.matchAll(pattern)].at(-1)?.[1]
}
