import type { Attributes } from '@opentelemetry/api'
import {
  defaultResource,
  hostDetector,
  osDetector,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
  serviceNameEnvDetector,
  type Resource,
} from '@opentelemetry/resources'
import { containerAttributes } from './container-attributes.ts'
import { environmentText } from './environment.ts'
import { kubernetesAttributes } from './kubernetes-attributes.ts'
import { processAttributes } from './process-attributes.ts'
import type { Reporter } from './reporter.ts'
import type { TelemetryOptions } from './telemetry-options.ts'

/** What is known of the machine after this time is enough: `host.id` may need a child process. */
const PATIENCE = 500

/** Attributes some of which may still be on their way. */
type Detected = Readonly<Record<string, Attributes[string] | Promise<Attributes[string]>>>

/**
 * What the telemetry is about. Later sources win: the SDK's own defaults, the detectors, `OTEL_RESOURCE_ATTRIBUTES`,
 * `OTEL_SERVICE_NAME`, then `options.resource` and `options.service`.
 */
export async function describeResource(options: TelemetryOptions, reporter: Reporter): Promise<Resource> {
  const attributes = await settled({
    ...defaultResource().attributes,
    ...hostDetector.detect().attributes,
    ...osDetector.detect().attributes,
    ...processAttributes(),
    ...containerAttributes(),
    ...kubernetesAttributes(),
    ...serviceInstanceIdDetector.detect().attributes,
    ...environmentAttributes(reporter),
    ...options.resource,
    ...serviceAttributes(options.service),
  })
  return resourceFromAttributes(attributes)
}

function environmentAttributes(reporter: Reporter): Detected {
  const given = resourceAttributesEnvDetector.detect().attributes ?? {}
  if (environmentText('OTEL_RESOURCE_ATTRIBUTES') !== undefined && Object.keys(given).length === 0) {
    reporter.report(
      'warn',
      'OTEL_RESOURCE_ATTRIBUTES is ignored as a whole: write key=value,key=value, with "," and "=" in values percent-encoded.',
    )
  }
  return { ...given, ...serviceNameEnvDetector.detect().attributes }
}

function serviceAttributes({ name, version, environment }: NonNullable<TelemetryOptions['service']> = {}): Attributes {
  return {
    ...(name !== undefined && { 'service.name': name }),
    ...(version !== undefined && { 'service.version': version }),
    ...(environment !== undefined && { 'deployment.environment.name': environment }),
  }
}

/** Waits for attributes that take a while, for {@link PATIENCE} at most: what is later is left out. */
async function settled(detected: Detected): Promise<Attributes> {
  const late = Symbol()
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<typeof late>((resolve) => (timer = setTimeout(resolve, PATIENCE, late)))
  const attributes: Attributes = {}
  for (const [key, pending] of Object.entries(detected)) {
    const value = await Promise.race([pending, deadline]).catch(() => late)
    if (typeof value !== 'symbol' && value !== undefined) attributes[key] = value
  }
  clearTimeout(timer)
  return attributes
}
