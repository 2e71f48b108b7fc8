import type { Attributes } from '@opentelemetry/api'
import { urlAddress } from '@seaworthy/middleware/http-conventions'
import type { Series } from './exemplars.ts'
import { createSeriesSets } from './series-sets.ts'

/** What a call has come to. */
export interface CallEnd {
  readonly status: number | undefined
  readonly error: string | undefined
}

/** The series of a call, with what the service adds or replaces. */
export type CallSeries = (url: URL, method: string, end: CallEnd, extra: Attributes | undefined) => Series

/** Makes the series of each method, server and outcome once, with the attributes of `http.client.request.duration`. */
export function createCallSeries(instrument: string, limit: number): CallSeries {
  const sets = createSeriesSets<string>(instrument, limit)
  return (url, method, { status, error }, extra) => {
    const { address, port } = urlAddress(url)
    const attributes: Attributes = {
      'http.request.method': method,
      ...(status === undefined ? undefined : { 'http.response.status_code': status }),
      ...(error === undefined ? undefined : { 'error.type': error }),
      'server.address': address,
      'server.port': port,
      ...extra,
    }
    const key = JSON.stringify(attributes)
    return sets.find(key) ?? sets.add(key, attributes)
  }
}
