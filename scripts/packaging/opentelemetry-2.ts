import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../workspace.ts'
import { consume } from './consumer.ts'
import type { Packed } from './pack.ts'
import { programProblems, type SmokeRuntime } from './smoke.ts'

/** The last of OpenTelemetry 2, and the last API that it takes. */
const pins = {
  '@opentelemetry/api': '1.9.1',
  '@opentelemetry/context-async-hooks': '2.12.0',
  '@opentelemetry/core': '2.12.0',
  '@opentelemetry/sdk-metrics': '2.12.1',
  '@opentelemetry/sdk-trace-base': '2.12.1',
}

/** What a service on OpenTelemetry 2 can take up. */
const adoptable = ['middleware', 'tracing', 'metrics']

/** Shows that the tarballs of the middleware packages record through OpenTelemetry 2. */
export async function openTelemetry2Problems(
  folder: string,
  packed: readonly Packed[],
  hono: string,
  runtimes: readonly SmokeRuntime[],
): Promise<string[]> {
  const chosen = packed.filter((each) => adoptable.includes(each.package.name))
  if (chosen.length < adoptable.length) return []
  const consumer = await consume(folder, chosen, { ...pins, hono })
  const name = 'opentelemetry-2.mjs'
  copyFileSync(join(root, 'test', 'packaging', name), join(folder, name))
  const problems: string[] = []
  for (const runtime of runtimes) problems.push(...(await programProblems(await runtime.binary(), consumer, name)))
  return problems
}
