import {
  readFetchCall,
  urlAddress,
  wrapFetch,
  type Fetch,
  type FetchCall,
} from '@seaworthy/middleware/http-conventions'
import { errorMembers, isError } from './error-members.ts'
import type { Fields, LazyFields } from './fields.ts'
import { givenFields } from './given-fields.ts'
import { log } from './log.ts'
import type { Logger } from './logger.ts'

/** Settings of {@link loggedFetch}. */
export interface LoggedFetchOptions {
  /** @default log */
  readonly logger?: Logger
  /** Whether a response is logged as an error. @default its status is 400 or above */
  readonly failed?: (response: Response) => boolean
  /** Further fields of the line. @default none */
  readonly fields?: (url: URL, method: string) => Fields
}

/**
 * A fetch that logs one line for each call, when the head of the response is there or the call has failed: `error` for a
 * failure and for a status of 400 or above, else `info`. Neither queries nor headers nor bodies are logged.
 *
 * @param fetch - What sends the requests: `fetch` itself unless given, looked up at each call.
 */
export function loggedFetch(fetch?: Fetch, options: LoggedFetchOptions = {}): Fetch {
  const { logger = log, failed = isRefusal, fields } = options
  return wrapFetch(fetch, async function logged(send, input, init) {
    const call = readFetchCall(input, init)
    if (call === undefined) return send(input, init)
    const { url, method } = call
    const target = `${method} ${url.host}${url.pathname}`
    const began = performance.now()
    const describe = (status?: number): LazyFields => {
      const duration = performance.now() - began
      return () => ({ ...callFields(call, status, duration), ...givenFields(fields && (() => fields(url, method))) })
    }
    let response
    try {
      response = await send(input, init)
    } catch (error) {
      logger.error(withoutTarget(error), `${target} failed`, describe())
      throw error
    }
    const { status } = response
    if (isFailure(response, failed)) logger.error(`${target} ${status}`, describe(status))
    else logger.info(`${target} ${status}`, describe(status))
    return response
  })
}

function isFailure(response: Response, failed: (response: Response) => boolean): boolean {
  try {
    return failed(response)
  } catch {
    return isRefusal(response)
  }
}

function isRefusal({ status }: Response): boolean {
  return status >= 400
}

/** Bun tells the URL that it could not reach in `path`, with its query. */
function withoutTarget(error: unknown): unknown {
  if (!isError(error)) return error
  return Object.fromEntries(errorMembers(error).filter(([name]) => name !== 'path'))
}

function callFields({ url, method }: FetchCall, status: number | undefined, duration: number): Fields {
  const { address, port } = urlAddress(url)
  return {
    'http.request.method': method,
    'url.full': url.origin + url.pathname,
    'server.address': address,
    'server.port': port,
    'http.response.status_code': status,
    duration_ms: Math.round(duration * 1000) / 1000,
  }
}
