import type { Attributes } from '@opentelemetry/api'
import { environmentText } from './environment.ts'
import { readSystemFile } from './read-system-file.ts'

/** Each attribute with the variables that may hold it: the `K8S_` ones anywhere, the last ones inside a cluster only. */
const variables: readonly (readonly [attribute: string, named: readonly string[], insideCluster?: string])[] = [
  ['k8s.cluster.name', ['K8S_CLUSTER_NAME']],
  ['k8s.namespace.name', ['K8S_NAMESPACE_NAME', 'K8S_NAMESPACE'], 'POD_NAMESPACE'],
  ['k8s.node.name', ['K8S_NODE_NAME'], 'NODE_NAME'],
  ['k8s.pod.name', ['K8S_POD_NAME'], 'POD_NAME'],
  ['k8s.pod.uid', ['K8S_POD_UID'], 'POD_UID'],
  ['k8s.container.name', ['K8S_CONTAINER_NAME']],
  ['k8s.deployment.name', ['K8S_DEPLOYMENT_NAME']],
]

const namespaceFile = '/var/run/secrets/kubernetes.io/serviceaccount/namespace'
// The kubelet mounts /etc/hosts and /dev/termination-log from the folders of the pod and of the container.
const podUid = /\/pods\/([0-9a-f-]{36})\/etc-hosts \/etc\/hosts /
const containerName = /\/pods\/[0-9a-f-]{36}\/containers\/([^/\s]+)\/\S+ \/dev\/termination-log /

/**
 * The `k8s.*` attributes: from variables that the pod's manifest fills by the downward API, else from what Kubernetes
 * mounts into every container. Empty outside a cluster, unless a `K8S_` variable is set.
 */
export function kubernetesAttributes(read: (path: string) => string = readSystemFile): Attributes {
  const inCluster = environmentText('KUBERNETES_SERVICE_HOST') !== undefined
  const attributes: Attributes = inCluster ? mountedAttributes(read) : {}
  for (const [attribute, named, insideCluster] of variables) {
    const value = firstSet(inCluster && insideCluster !== undefined ? [...named, insideCluster] : named)
    if (value !== undefined) attributes[attribute] = value
  }
  return attributes
}

function mountedAttributes(read: (path: string) => string): Attributes {
  const mounts = read('/proc/self/mountinfo')
  const found = {
    'k8s.namespace.name': read(namespaceFile).trim() || undefined,
    'k8s.pod.uid': podUid.exec(mounts)?.[1],
    'k8s.container.name': containerName.exec(mounts)?.[1],
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

function firstSet(names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = environmentText(name)
    if (value !== undefined) return value
  }
  return undefined
}
