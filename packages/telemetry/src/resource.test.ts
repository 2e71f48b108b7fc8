import { hostname } from 'node:os'
import { afterEach, describe, expect, test } from 'vitest'
import { containerAttributes } from './container-attributes.ts'
import type { TelemetryOptions } from './index.ts'
import { kubernetesAttributes } from './kubernetes-attributes.ts'
import { createLab, emitEach } from './lab.fixture.ts'

const lab = createLab()

afterEach(() => lab.end())

async function resourceOf(options: TelemetryOptions = {}): Promise<Record<string, unknown>> {
  let attributes: Record<string, unknown> = {}
  await lab.start({ ...options, tap: { onSpanEnd: ({ resource }) => void (attributes = resource.attributes) } })
  emitEach()
  return attributes
}

describe('the resource', () => {
  test('describes service, host, process and SDK (telemetry/38)', async () => {
    const bun = 'Bun' in globalThis
    const resource = await resourceOf({ service: { name: 'orders', version: '1.4.2', environment: 'production' } })
    expect(resource).toMatchObject({
      'service.name': 'orders',
      'service.version': '1.4.2',
      'deployment.environment.name': 'production',
      'host.name': hostname(),
      'os.type': process.platform === 'win32' ? 'windows' : process.platform,
      'process.pid': process.pid,
      'process.executable.path': process.execPath,
      'process.runtime.name': bun ? 'bun' : 'nodejs',
      'process.runtime.version': bun ? process.versions['bun'] : process.versions.node,
      'telemetry.sdk.name': 'opentelemetry',
      'telemetry.sdk.language': 'nodejs',
    })
    expect(resource['host.arch']).toMatch(/^(amd64|arm64)$/)
    expect(resource['service.instance.id']).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('has no arguments of the command line: they may hold secrets (telemetry/39)', async () => {
    process.argv.push('--password=canary')
    try {
      expect(JSON.stringify(await resourceOf())).not.toContain('canary')
    } finally {
      process.argv.pop()
    }
  })

  test('has a name of its own where nobody gives one (telemetry/38)', async () => {
    expect((await resourceOf())['service.name']).toMatch(/^unknown_service:/)
  })

  test('OTEL_SERVICE_NAME wins over OTEL_RESOURCE_ATTRIBUTES, which win over what is detected (telemetry/38)', async () => {
    lab.environment({
      OTEL_SERVICE_NAME: 'by-name',
      OTEL_RESOURCE_ATTRIBUTES:
        'service.name=by-attributes, deployment.environment.name=staging,host.name=given,team=a%2Cb',
    })
    expect(await resourceOf()).toMatchObject({
      'service.name': 'by-name',
      'deployment.environment.name': 'staging',
      'host.name': 'given',
      team: 'a,b',
    })
  })

  test('the options win over the variables, and service over resource (telemetry/2)', async () => {
    lab.environment({ OTEL_SERVICE_NAME: 'by-name', OTEL_RESOURCE_ATTRIBUTES: 'team=blue,region=north' })
    const resource = await resourceOf({
      service: { name: 'orders' },
      resource: { 'service.name': 'no', team: 'red', answer: 42 },
    })
    expect(resource).toMatchObject({ 'service.name': 'orders', team: 'red', region: 'north', answer: 42 })
  })

  test('OTEL_RESOURCE_ATTRIBUTES that cannot be read are reported, and ignored as a whole (telemetry/8)', async () => {
    lab.environment({ OTEL_RESOURCE_ATTRIBUTES: 'team=blue,oops' })
    expect((await resourceOf())['team']).toBeUndefined()
    expect(lab.reports.map(({ message }) => message).join()).toContain('OTEL_RESOURCE_ATTRIBUTES is ignored as a whole')
  })
})

const id = '0123456789abcdef'.repeat(4)
const other = 'fedcba9876543210'.repeat(4)
const uid = '6ba7b810-9dad-11d1-80b4-00c04fd430c8'

describe('container.id', () => {
  const cgroups = {
    'Docker, cgroup v1': `12:cpu,cpuacct:/docker/${id}\n0::/system.slice\n`,
    'Kubernetes with containerd': `0::/kubepods.slice/kubepods-burstable-pod6ba7b810.slice/cri-containerd-${id}.scope\n`,
    'Kubernetes, cgroup v1': `11:memory:/kubepods/besteffort/pod${uid}/${id}\n`,
    'CRI-O': `0::/kubepods.slice/crio-${id}.scope\n`,
    Podman: `0::/user.slice/user-1000.slice/libpod-${id}.scope/container\n`,
    'containerd alone': `0::/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:${id}\n`,
    'a container in a container': `1:name=systemd:/docker/${other}/docker/${id}\n`,
  }
  for (const [name, text] of Object.entries(cgroups)) {
    test(`is found in the cgroup: ${name} (telemetry/38)`, () => {
      expect(containerAttributes((path) => (path === '/proc/self/cgroup' ? text : ''))).toEqual({ 'container.id': id })
    })
  }

  test('is found on ECS and Fargate (telemetry/38)', () => {
    const task = `${'0123456789abcdef'.repeat(2)}-1234567890`
    expect(containerAttributes(() => `1:cpu:/ecs/${'0'.repeat(32)}/${task}\n`)).toEqual({ 'container.id': task })
  })

  const mounts = {
    Docker: `607 581 254:1 /docker/containers/${id}/hostname /etc/hostname rw,relatime - ext4 /dev/vda1 rw\n`,
    Podman: `983 812 0:23 /containers/overlay-containers/${id}/userdata/hostname /etc/hostname rw - tmpfs tmpfs rw\n`,
  }
  for (const [name, text] of Object.entries(mounts)) {
    test(`is found in the mounts where the cgroup is only a slash: ${name} (telemetry/38)`, () => {
      const files: Record<string, string> = { '/proc/self/cgroup': '0::/\n', '/proc/self/mountinfo': text }
      expect(containerAttributes((path) => files[path] ?? '')).toEqual({ 'container.id': id })
    })
  }

  test('is not the id of the pod sandbox, nor that of a neighbour whose files are mounted elsewhere (telemetry/38)', () => {
    const text = [
      `1 2 8:1 /var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/${id}/hostname /etc/hostname rw - ext4 /dev/vda rw`,
      `1 2 8:1 /var/lib/docker/containers/${other}/hostname /host/etc/hostname rw - ext4 /dev/vda rw`,
    ].join('\n')
    expect(containerAttributes((path) => (path === '/proc/self/mountinfo' ? text : ''))).toEqual({})
  })

  test('is absent outside containers (telemetry/38)', () => {
    const files: Record<string, string> = { '/proc/self/cgroup': '0::/user.slice/user-1000.slice/session-2.scope\n' }
    expect(containerAttributes((path) => files[path] ?? '')).toEqual({})
    expect(containerAttributes(() => '')).toEqual({})
  })
})

describe('k8s.*', () => {
  test('K8S_ variables are read everywhere (telemetry/38)', async () => {
    lab.environment({
      KUBERNETES_SERVICE_HOST: undefined,
      K8S_POD_NAME: 'orders-7d9f-x2x',
      K8S_POD_UID: uid,
      K8S_NAMESPACE_NAME: 'shop',
      K8S_NODE_NAME: 'node-1',
      K8S_CONTAINER_NAME: 'app',
      K8S_DEPLOYMENT_NAME: 'orders',
      K8S_CLUSTER_NAME: 'eu-1',
      POD_NAME: 'not in a cluster',
    })
    expect(await resourceOf()).toMatchObject({
      'k8s.pod.name': 'orders-7d9f-x2x',
      'k8s.pod.uid': uid,
      'k8s.namespace.name': 'shop',
      'k8s.node.name': 'node-1',
      'k8s.container.name': 'app',
      'k8s.deployment.name': 'orders',
      'k8s.cluster.name': 'eu-1',
    })
  })

  test('K8S_NAMESPACE is another name of K8S_NAMESPACE_NAME (telemetry/38)', () => {
    lab.environment({ KUBERNETES_SERVICE_HOST: undefined, K8S_NAMESPACE: 'shop' })
    expect(kubernetesAttributes(() => '')).toEqual({ 'k8s.namespace.name': 'shop' })
  })

  test('POD_NAME and its like are read inside a cluster only (telemetry/38)', async () => {
    const variables = { POD_NAME: 'orders-1', POD_NAMESPACE: 'shop', NODE_NAME: 'node-1', POD_UID: uid }
    lab.environment({ KUBERNETES_SERVICE_HOST: undefined, ...variables })
    expect(Object.keys(kubernetesAttributes(() => ''))).toEqual([])
    lab.environment({ KUBERNETES_SERVICE_HOST: '10.0.0.1', ...variables })
    expect(kubernetesAttributes(() => '')).toEqual({
      'k8s.pod.name': 'orders-1',
      'k8s.namespace.name': 'shop',
      'k8s.node.name': 'node-1',
      'k8s.pod.uid': uid,
    })
  })

  test('what Kubernetes mounts is used where no variable says more (telemetry/38)', () => {
    const files: Record<string, string> = {
      '/var/run/secrets/kubernetes.io/serviceaccount/namespace': 'shop\n',
      '/proc/self/mountinfo': [
        `1 2 8:1 /var/lib/kubelet/pods/${uid}/etc-hosts /etc/hosts rw - ext4 /dev/vda rw`,
        `1 2 8:1 /var/lib/kubelet/pods/${uid}/containers/app/0a1b2c3d /dev/termination-log rw - ext4 /dev/vda rw`,
        '1 2 8:1 /var/lib/kubelet/pods/00000000-0000-0000-0000-000000000000/etc-hosts /mnt/hosts rw - ext4 /dev/vda rw',
      ].join('\n'),
    }
    lab.environment({ KUBERNETES_SERVICE_HOST: '10.0.0.1', K8S_CONTAINER_NAME: 'named' })
    expect(kubernetesAttributes((path) => files[path] ?? '')).toEqual({
      'k8s.namespace.name': 'shop',
      'k8s.pod.uid': uid,
      'k8s.container.name': 'named',
    })
    lab.environment({ KUBERNETES_SERVICE_HOST: undefined, K8S_CONTAINER_NAME: undefined })
    expect(kubernetesAttributes((path) => files[path] ?? '')).toEqual({})
  })
})
