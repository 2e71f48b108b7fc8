import { handler } from '@seaworthy/middleware'
import { serve } from 'srvx/node'
import { around, greet, notFound } from './application.ts'

const hello = new URLPattern({ pathname: '/hello/:name' })

const fetch = handler(
  around,
  (request: Request) => {
    const name = hello.exec(request.url)?.pathname.groups['name']
    return name === undefined ? notFound() : greet(request, name)
  },
  { route: ({ url }) => (hello.test(url) ? '/hello/:name' : undefined) },
)

const server = serve({ fetch, port: Number(process.env['PORT'] ?? 8080) })
await server.ready()
