import { Hono } from 'hono'
import {
  all,
  any,
  authenticator,
  createPrincipal,
  optional,
  security,
  type AllPrincipal,
  type Authenticator,
  type Principal,
} from './index.ts'
import { cookie, keyed, token } from './schemes.test-kit.ts'

const auth = token()
const key = keyed()
const session = cookie()

type Token = Principal<'token', { readonly role: 'admin' | 'user' }>
type Key = Principal<'key', null>

const app = new Hono()
const policy = security({ default: any(auth, key) })
const write = policy.method(auth.scopes('write'))
const both = policy.method(all(auth, key))
const maybe = policy.service(optional(session))

app.use(policy)
app.use('/maybe/*', maybe)

// A guard keeps the types of parameters and of its principal.
app.post('/orders/:id', write, (c) => {
  const id: string = c.req.param('id')
  const role: 'admin' | 'user' = write.principal(c).claims.role
  // @ts-expect-error the role is no other
  const wrong: 'other' = write.principal(c).claims.role
  return c.json({ id, role, wrong })
})

app.get('/any', (c) => {
  const principal: Token | Key = policy.principal(c)
  if (principal.scheme === 'token') return c.json(principal.claims.role)
  const claims: null = principal.claims
  return c.json(claims)
})

app.get('/all', both, (c) => {
  const { of }: AllPrincipal<Token | Key> = both.principal(c)
  const subjects: [string, string] = [of.token.subject, of.key.subject]
  // @ts-expect-error no such scheme
  return c.json([subjects, of.other])
})

app.get('/maybe/x', (c) => {
  // @ts-expect-error it may be undefined
  const subject: string = maybe.principal(c).subject
  return c.json(subject)
})

app.get('/none', policy.none(), (c) => c.text(''))

// Scopes are those that are declared.
auth.scopes('read', 'write')
// @ts-expect-error not declared
auth.scopes('delete')
// @ts-expect-error at least one
auth.scopes()

// none() is no guard: it cannot be part of a requirement.
// @ts-expect-error none() inside of any()
any(auth, policy.none())

// A scheme infers its name, claims and scopes.
const inferred: Authenticator<Principal<'ticket', { readonly seat: string }>, 'sit'> = authenticator({
  name: 'ticket',
  scopes: { sit: 'Sits down' },
  extract: (x) => x.header('x-ticket'),
  authenticate: (ticket: string) => ({
    principal: createPrincipal({ scheme: 'ticket', subject: ticket, claims: { seat: 'A1' } }),
  }),
  challenge: () => 'Ticket',
  openapi: () => ({ type: 'apiKey', in: 'header', name: 'x-ticket' }),
})
inferred.scopes('sit')

// The type of a request of Fetch survives.
declare const withParams: Request & { readonly params: { readonly id: string } }
const protectedFetch = policy.protect(write, (request: typeof withParams, extra: number) =>
  Response.json([request.params.id, extra]),
)
protectedFetch(withParams, 1)
// @ts-expect-error a plain request has no params
protectedFetch(new Request('http://localhost/'), 1)
