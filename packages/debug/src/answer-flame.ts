import type { Exchange } from '@seaworthy/middleware'
import { startCpuProfile, type CpuProfile } from './cpu-profile.ts'
import { cpuStacks } from './cpu-stacks.ts'
import { flameBeginning, flameCut, flameEnd, flamePolicy } from './flame-page.ts'
import { readSeconds } from './read-seconds.ts'
import { beginRecording, type Recording } from './recording.ts'
import { html } from './respond.ts'

/** What the page needs besides the profile. */
export interface FlameLimits {
  readonly maxSeconds: number
  /** Where the index is. */
  readonly path: string
}

/** Records a CPU profile and shows it as a flame graph. The page begins at once and goes on when it is recorded. */
export async function answerFlame(x: Exchange, query: URLSearchParams, limits: FlameLimits): Promise<Response> {
  const seconds = readSeconds(query, limits.maxSeconds)
  if (typeof seconds !== 'number') return seconds
  const left = new AbortController()
  const signal = AbortSignal.any([x.signal, left.signal])
  const recording = await beginRecording(x, { what: 'a flame graph', seconds, signal, start: startCpuProfile })
  if (!('ended' in recording)) return recording
  const body = pageStream(recording, { seconds, path: limits.path, left })
  return html({ body, policy: flamePolicy() })
}

interface Page {
  readonly seconds: number
  readonly path: string
  readonly left: AbortController
}

function pageStream({ ended }: Recording<CpuProfile>, { seconds, path, left }: Page): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(flameBeginning(seconds, path))),
    async pull(controller) {
      const profile = await ended
      controller.enqueue(encoder.encode(profile === undefined ? flameCut : flameEnd(cpuStacks(profile), seconds)))
      controller.close()
    },
    cancel: () => left.abort(),
  })
}
