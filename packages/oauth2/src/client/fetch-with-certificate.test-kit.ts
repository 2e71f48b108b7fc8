import { serverCertificate, type TestCertificate } from '../certificates.test-kit.ts'

/** A fetch that shows a client's certificate, or none: by undici on Node, by its own option on Bun. */
export async function fetchWithCertificate(certificate?: TestCertificate): Promise<typeof fetch> {
  const tls = { ca: serverCertificate.cert, ...certificate }
  if ('Bun' in globalThis) return withMembers((input, init) => fetch(input, Object.assign({ tls }, init)))
  const { Agent, fetch: send } = await import('undici')
  const dispatcher = new Agent({ connect: tls })
  // The types of undici's own classes are not those of the globals, which it takes all the same.
  return withMembers((...call) => Reflect.apply(send, undefined, [call[0], { ...call[1], dispatcher }]))
}

function withMembers(send: (...call: Parameters<typeof fetch>) => Promise<Response>): typeof fetch {
  return Object.assign(send, { preconnect: () => undefined })
}
