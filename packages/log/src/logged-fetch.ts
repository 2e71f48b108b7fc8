import { errorMembers, isError } from './error-members.ts'
import type { Fields, LazyFields } from './fields.ts'
import { log } from './log.ts'
import type { Logger } from './logger.ts'

type Fetch = typeof globalThis.fetch

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
  const send: Fetch = fetch ?? ((input, init) => globalThis.fetch(input, init))

  async function logged(...[input, init]: Parameters<Fetch>): Promise<Response> {
    const url = readUrl(input)
    if (url === undefined) return send(input, init)
    const method = readMethod(input, init)
    const target = `${method} ${url.host}${url.pathname}`
    const began = performance.now()
    const describe = (status?: number): LazyFields => {
      const duration = performance.now() - began
      return () => ({ ...callFields(url, method, status, duration), ...fields?.(url, method) })
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
  }
  // Bun's fetch has members of its own.
  return Object.assign(logged, fetch ?? globalThis.fetch)
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

function callFields(url: URL, method: string, status: number | undefined, duration: number): Fields {
  return {
    'http.request.method': method,
    'url.full': url.origin + url.pathname,
    'server.address': url.hostname,
    'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    'http.response.status_code': status,
    duration_ms: Math.round(duration * 1000) / 1000,
  }
}

/** `undefined` for what is no call to a server, and for what fetch itself will refuse. */
function readUrl(input: Parameters<Fetch>[0]): URL | undefined {
  const url = URL.parse(typeof input === 'object' && 'url' in input ? input.url : input)
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined
}

/** `GET` unless a method is given; the Fetch standard writes the methods it knows in upper case. */
function readMethod(input: Parameters<Fetch>[0], init: Parameters<Fetch>[1]): string {
  const method = init?.method ?? (typeof input === 'object' && 'method' in input ? input.method : 'GET')
  return /^(?:delete|get|head|options|post|put)$/i.test(method) ? method.toUpperCase() : method
}
