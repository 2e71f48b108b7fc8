/** A problem in the sense of RFC 9457. Members beside the standard ones are sent as extension members. */
export interface Problem {
  /** The HTTP status, 400 to 599. */
  readonly status: number
  /** @default the status's reason phrase */
  readonly title?: string
  /** A URI that names the kind of problem. @default 'about:blank' (RFC 9457 §4.2.1) */
  readonly type?: string
  /** What went wrong this time, for the person who calls. Never put a caller's credentials here. */
  readonly detail?: string
  /** A URI of this occurrence. */
  readonly instance?: string
  /** A stable word that programs branch on. */
  readonly code?: string
  /** Headers of the response; they are not part of the body. */
  readonly headers?: Readonly<Record<string, string>>
  readonly [extension: string]: unknown
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  411: 'Length Required',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  425: 'Too Early',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** An `application/problem+json` response (RFC 9457). */
export function problem({ status, title, type, headers, ...members }: Problem): Response {
  const body = JSON.stringify({
    ...(type === undefined ? undefined : { type }),
    title: title ?? titles[status] ?? (status < 500 ? 'Client Error' : 'Server Error'),
    status,
    ...members,
  })
  return new Response(body, { status, headers: { 'content-type': 'application/problem+json', ...headers } })
}
