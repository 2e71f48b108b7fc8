import { handler } from '@seaworthy/middleware'
import { around, greet, notFound } from './application.ts'

interface HelloRequest extends Request {
  readonly params: { readonly name: string }
}

const hello = '/hello/:name'
const { Bun }: typeof globalThis & { Bun?: { serve(options: object): { url: URL } } } = globalThis

const server = Bun?.serve({
  port: Number(process.env['PORT'] ?? 8080),
  routes: {
    [hello]: handler(around, (request: HelloRequest) => greet(request, request.params.name), { route: () => hello }),
  },
  fetch: handler(around, notFound),
})
console.log(`listening on ${server?.url.href}`)
