import { basicAuth, hashPassword, verifyPassword } from './index.ts'

/** What is tried in a process of its own, by its name. */
const tries: Readonly<Record<string, () => unknown>> = {
  argon2: () =>
    basicAuth({ realm: 'shop', users: { ann: `$argon2id$v=19$m=8,t=1,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}` } }),
  bcrypt: () => basicAuth({ realm: 'shop', htpasswd: `ann:$2b$05$${'.'.repeat(53)}` }),
  lookup: () => basicAuth({ realm: 'shop', lookup: () => null }),
  onRehash: () => basicAuth({ realm: 'shop', users: { ann: scrypt }, onRehash: () => undefined }),
  hashPassword: () => hashPassword('open sesame'),
  scrypt: async () => {
    basicAuth({ realm: 'shop', users: { ann: scrypt } })
    return verifyPassword('open sesame', scrypt)
  },
  verify: () => basicAuth({ realm: 'shop', verify: () => null }),
}

const scrypt = `$scrypt$ln=4,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`

/** Tries all of them, and gives what each said. */
async function report(): Promise<Record<string, string>> {
  const said: Record<string, string> = {}
  for (const [name, attempt] of Object.entries(tries)) {
    try {
      await attempt()
      said[name] = 'started'
    } catch (error) {
      said[name] = error instanceof Error && 'code' in error ? `${String(error.code)}: ${error.message}` : String(error)
    }
  }
  return said
}

console.log(JSON.stringify(await report()))
