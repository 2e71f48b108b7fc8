import type { RequestSummary } from '../../../src/api.ts'

/** The outcomes that requests can be narrowed to. */
export const outcomes = [
  { value: '', text: 'All' },
  { value: '2xx', text: '2xx' },
  { value: '3xx', text: '3xx' },
  { value: '4xx', text: '4xx' },
  { value: '5xx', text: '5xx' },
  { value: 'error', text: 'Failed' },
] as const

/** One of {@link outcomes}. */
export type Outcome = (typeof outcomes)[number]['value']

/** What the list is narrowed to; '' is no restriction. */
export interface RequestFilter {
  readonly search: string
  readonly outcome: Outcome
  readonly method: string
  readonly service: string
  /** Also requests that were made by another request of the same trace. */
  readonly nested: boolean
}

/** Reads a filter from an address. */
export function readFilter(query: URLSearchParams): RequestFilter {
  const status = query.get('status')
  return {
    search: query.get('search') ?? '',
    outcome: outcomes.find(({ value }) => value === status)?.value ?? '',
    method: query.get('method') ?? '',
    service: query.get('service') ?? '',
    nested: query.get('nested') === '1',
  }
}

/** The requests that have everything the filter asks for; each word of the search may be anywhere. */
export function matchingRequests(all: readonly RequestSummary[], filter: RequestFilter): readonly RequestSummary[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean)
  return all.filter(
    (request) =>
      (filter.nested || !request.nested) &&
      (filter.method === '' || request.method === filter.method) &&
      (filter.service === '' || request.service === filter.service) &&
      hasOutcome(request, filter.outcome) &&
      hasWords(request, words),
  )
}

function hasOutcome({ status = 0, error }: RequestSummary, outcome: Outcome): boolean {
  if (outcome === '') return true
  if (outcome === 'error') return error || status >= 500
  return Math.floor(status / 100) === Number(outcome[0])
}

function hasWords(request: RequestSummary, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const { name, method, path, status, service, principal, errorType, traceId } = request
  const text = [name, method, path, status, service, principal, errorType, traceId].join('\n').toLowerCase()
  return words.every((word) => text.includes(word))
}
