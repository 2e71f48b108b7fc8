import { handler } from '@seaworthy/middleware'
import { around, greet, life, notFound } from './application.ts'

/** What this file uses of Bun, so that it also type-checks where Bun's types are not installed. */
interface Bun {
  serve(options: {
    readonly port: number
    readonly routes: Readonly<Record<string, (request: HelloRequest, server: object) => unknown>>
    readonly fetch: (request: Request, server: object) => unknown
  }): { readonly url: URL; stop(force?: boolean): Promise<void> }
}

interface HelloRequest extends Request {
  readonly params: { readonly name: string }
}

const { Bun }: typeof globalThis & { Bun?: Bun } = globalThis
if (!Bun) throw new Error('This one runs on Bun: bun src/bun.ts')

const hello = '/hello/:name'

const server = Bun.serve({
  port: Number(process.env['PORT'] ?? 8080),
  // Bun's router knows the route; Seaworthy is told it.
  routes: {
    [hello]: handler(around, (request: HelloRequest, _server: object) => greet(request, request.params.name), {
      route: () => hello,
    }),
  },
  fetch: handler(around, (_request: Request, _server: object) => notFound()),
})

life.attach({
  name: server.url.href,
  drain: () => {},
  close: () => server.stop(),
  destroy: () => void server.stop(true),
})
life.ready()
console.log(`listening on ${server.url.href}`)
