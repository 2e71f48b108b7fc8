import { handler } from '@seaworthy/middleware'
import { serve } from 'srvx/node'
import { around, greet, life, notFound } from './application.ts'

const path = /^\/hello\/([^/]+)$/
const nameIn = (request: Request): string | undefined => path.exec(new URL(request.url).pathname)?.[1]

const fetch = handler(
  around,
  (request: Request) => {
    const name = nameIn(request)
    return name === undefined ? notFound() : greet(request, decodeURIComponent(name))
  },
  // Without a router somebody has to say it: spans, metrics and lines then have a route.
  { route: (request) => (nameIn(request) === undefined ? undefined : '/hello/:name') },
)

// Signals belong to the life cycle, which closes the server.
const server = serve({ fetch, port: Number(process.env['PORT'] ?? 8080), silent: true, gracefulShutdown: false })
await server.ready()

life.attach({
  name: server.url ?? 'srvx',
  drain: () => {},
  close: () => server.close(),
  destroy: () => void server.close(true),
})
life.ready()
console.log(`listening on ${server.url}`)
