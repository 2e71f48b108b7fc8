import { handler } from '@seaworthy/middleware'
import { memoryStore, rateLimit } from '@seaworthy/rate-limit'

const policies = [{ name: 'per-address', limit: 1, window: '1h' }]
const limit = rateLimit({ name: 'api', by: 'address', policies, store: memoryStore({ max: 10 }) })
const fetch = handler(limit, () => new Response('hello'))
const first = await fetch(new Request('http://localhost/'))
const second = await fetch(new Request('http://localhost/'))
if (first.status !== 200 || second.status !== 429) throw new Error('it does not limit')
if (first.headers.get('ratelimit-policy') !== '"per-address";q=1;w=3600') throw new Error('no header')
console.log('ok')
