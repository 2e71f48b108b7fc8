import { ParentBasedSampler, SamplingDecision, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace'

const sampled: SamplingResult = Object.freeze({ decision: SamplingDecision.RECORD_AND_SAMPLED })
const dropped: SamplingResult = Object.freeze({ decision: SamplingDecision.NOT_RECORD })

/** A parent-based sampler: `decide` is asked for each root span, and every other span follows its parent. */
export function rootSampler(description: string, decide: () => boolean): Sampler {
  return new ParentBasedSampler({
    root: { shouldSample: () => (decide() ? sampled : dropped), toString: () => description },
  })
}
