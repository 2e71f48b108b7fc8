import { deepStrictEqual as same, strictEqual as equal, ok } from 'node:assert'
import { consolePage } from '@seaworthy/console'
import { handler } from '@seaworthy/middleware'

const page = consolePage({ authorize: () => true })
const fetch = handler(page, () => new Response('the application'))
const ask = (path, init) => {
  const request = new Request(`http://localhost${path}`, init)
  request.headers.set('host', 'localhost')
  return fetch(request)
}

const span = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  name: 'GET /stock',
  kind: 2,
  startTimeUnixNano: '1767225600000000000',
  endTimeUnixNano: '1767225600002000000',
}
const sent = await ask('/_console/v1/traces', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
})
same(await sent.json(), {})
const { requests } = await (await ask('/_console/api/requests')).json()
equal(requests[0].name, 'GET /stock')
equal(requests[0].durationMs, 2)

const index = await ask('/_console/')
equal(index.status, 200)
const files = [...(await index.text()).matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map((match) => match[1])
ok(files.length > 0)
for (const file of files) equal((await ask(`/_console/${file}`)).status, 200)

equal(await (await ask('/')).text(), 'the application')
page.close()
console.log('ok')
