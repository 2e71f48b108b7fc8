import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'
import {
  address,
  boolean,
  bytes,
  config,
  configOrExit,
  duration,
  group,
  integer,
  json,
  list,
  number,
  oneOf,
  optional,
  port,
  reload,
  secret,
  setting,
  string,
  url,
  type Address,
  type JsonValue,
  type Secret,
} from './index.ts'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
function is<T extends true>(): T | undefined {
  return undefined
}

const spec = {
  address: address(),
  boolean: boolean(),
  bytes: bytes({ default: '1MiB' }),
  duration: duration({ default: '10s', min: 0 }),
  integer: integer(),
  number: number(),
  oneOf: oneOf(['debug', 'info'], { default: 'info' }),
  port: port(),
  string: string(),
  url: url(),
  secret: secret(url()),
  optional: optional(port()),
  optionalSecret: optional(secret(string())),
  list: list(port()),
  secrets: list(secret(string())),
  json: json(),
  shaped: json(z.object({ limits: z.array(z.object({ max: z.number() })), on: z.date() })),
  zod: z.coerce.number().default(3),
  valibot: v.pipe(v.string(), v.transform(Number)),
  arktype: type('string.integer.parse'),
  setting: setting(z.enum(['a', 'b']), { reloadable: true, default: 'a' }),
  group: group({ inner: group({ port: port() }) }),
}
const cfg = config(spec, { prefix: 'APP_' })

is<Same<typeof cfg.address, Address>>()
is<Same<typeof cfg.boolean, boolean>>()
is<Same<typeof cfg.bytes, number>>()
is<Same<typeof cfg.duration, number>>()
is<Same<typeof cfg.integer, number>>()
is<Same<typeof cfg.number, number>>()
is<Same<typeof cfg.oneOf, 'debug' | 'info'>>()
is<Same<typeof cfg.port, number>>()
is<Same<typeof cfg.string, string>>()
is<Same<typeof cfg.url, string>>()
is<Same<typeof cfg.secret, Secret<string>>>()
is<Same<typeof cfg.optional, number | undefined>>()
is<Same<typeof cfg.optionalSecret, Secret<string> | undefined>>()
is<Same<typeof cfg.list, readonly number[]>>()
is<Same<(typeof cfg.secrets)[number], Secret<string>>>()
is<Same<typeof cfg.zod, number>>()
is<Same<typeof cfg.valibot, number>>()
is<Same<typeof cfg.arktype, number>>()
is<Same<typeof cfg.setting, 'a' | 'b'>>()
is<Same<typeof cfg.group.inner.port, number>>()
is<Same<typeof cfg.shaped.on, Date>>()
// @ts-expect-error the control: these two are not the same
is<Same<typeof cfg.port, string>>()

export const anything: JsonValue = cfg.json
export const text: string = cfg.address

// @ts-expect-error read-only
cfg.port = 1
// @ts-expect-error read-only in a group
cfg.group.inner.port = 1
// @ts-expect-error read-only in what another library's schema gives
cfg.shaped.limits = []
// @ts-expect-error read-only at every depth
cfg.shaped.limits[0] = { max: 1 }
if (cfg.shaped.limits[0]) {
  // @ts-expect-error read-only at every depth
  cfg.shaped.limits[0].max = 1
}
// @ts-expect-error a list cannot grow
cfg.list.push(1)
// @ts-expect-error not in the specification
export const missing: unknown = cfg.nope
// @ts-expect-error a Secret is not its value
export const leaked: string = cfg.secret
export const revealed: string = cfg.secret.reveal()

// Recursive types come out read-only, too, however deep one looks.
interface Tree {
  name: string
  children: Tree[]
}
const treeSchema: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), children: z.array(treeSchema) }))
const { tree, whatever } = config({ tree: json(treeSchema), whatever: json(z.json()) })
// @ts-expect-error read-only
tree.children.push({ name: '', children: [] })
// @ts-expect-error read-only
tree.children.at(0)?.children.push({ name: '', children: [] })
export const name: string | undefined = tree.children.at(0)?.children.at(0)?.name
export const stillJson: JsonValue = whatever

const again = reload(cfg)
is<Same<typeof again.config, typeof cfg>>()
is<Same<ReturnType<typeof configOrExit<typeof spec>>, typeof cfg>>()

config(spec, { overrides: { port: '80', duration: '1h', zod: 5, group: { inner: { port: 1 } }, secret: 'https://x' } })
// @ts-expect-error the wrong type
config(spec, { overrides: { port: true } })
// @ts-expect-error not in the specification
config(spec, { overrides: { prot: 1 } })
// @ts-expect-error not in the group
config(spec, { overrides: { group: { inner: { prot: 1 } } } })

// @ts-expect-error not a schema
config({ port: 8080 })
// @ts-expect-error a nested object needs group()
config({ db: { port: port() } })
// @ts-expect-error not one of the words
oneOf(['debug', 'info'], { default: 'verbose' })
// @ts-expect-error no unit of time
duration({ default: '10 apples' })
// @ts-expect-error no unit of data
bytes({ default: '1KB' })
// @ts-expect-error no port
address({ default: 'localhost' })
// @ts-expect-error text
port({ default: 'http' })
// @ts-expect-error a default would never be used
optional(port(), { default: 1 })
// @ts-expect-error not the type of the items
list(port(), { default: [true] })
// @ts-expect-error the mode of unknown variables
config(spec, { unknown: 'explode' })
