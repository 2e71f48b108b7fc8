import { problem } from './problem.ts'

/** A response that nobody sees: an outer part has answered. */
export function dropped(): Response {
  return problem({ status: 503 })
}
