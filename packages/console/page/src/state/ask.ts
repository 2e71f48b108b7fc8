/** The console answered with an error, or did not answer. */
export class AskError extends Error {
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'AskError'
    this.status = status
  }
}

/**
 * What the console's API answers to a GET.
 *
 * @param path Below the console, such as `api/meta`. Parameters that are undefined or empty are left out.
 * @throws {AskError} When it answers with an error or not at all.
 */
export async function ask<Answer>(
  path: string,
  parameters: Readonly<Record<string, string | undefined>> = {},
): Promise<Answer> {
  const url = new URL(path, document.baseURI)
  for (const [name, value] of Object.entries(parameters)) if (value) url.searchParams.set(name, value)
  return read<Answer>(url, { headers: { accept: 'application/json' } })
}

/**
 * What the console's API answers to a POST of JSON.
 *
 * @throws {AskError} When it answers with an error or not at all.
 */
export async function tell<Answer>(path: string, body: unknown): Promise<Answer> {
  return read<Answer>(new URL(path, document.baseURI), {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

async function read<Answer>(url: URL, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, { ...init, cache: 'no-store' }).catch(() => {
    throw new AskError(0, 'The service does not answer.')
  })
  if (!response.ok) throw new AskError(response.status, await problemOf(response))
  if (response.status === 204) return undefined as Answer
  const answer: Answer = await response.json()
  return answer
}

async function problemOf(response: Response): Promise<string> {
  const problem: { detail?: unknown; title?: unknown } = await response.json().catch(() => ({}))
  return String(problem.detail ?? problem.title ?? `The console answered ${response.status}.`)
}
