import { stack, type Middleware } from '@seaworthy/middleware'
import { guards, type Guarded } from './guards.ts'
import { variants } from './variants.ts'

/** A variant together with a guard. */
const combined: Readonly<Record<string, readonly [string, string]>> = {
  'stack-jwt': ['stack-unsampled', 'jwt-cached'],
  'peer-stack-jwt': ['peer-stack-unsampled', 'peer-hono-jwt'],
}

/** What a variant mounts, and the headers that its requests have besides those of the client. */
export async function prepare(name: string): Promise<Guarded> {
  const parts = combined[name]
  if (!parts) return prepareOne(name)
  const [outer, guard] = await Promise.all(parts.map(prepareOne))
  const mounted = [...(outer?.mounted ?? []), ...(guard?.mounted ?? [])]
  return { mounted: mounted.every(isOurs) ? [stack(...mounted)] : mounted, headers: guard?.headers ?? {} }
}

async function prepareOne(name: string): Promise<Guarded> {
  const guard = guards[name]
  if (guard) return guard()
  const variant = variants[name]
  if (!variant) throw new Error(`there is no variant ${name}`)
  return { mounted: await variant(), headers: {} }
}

function isOurs(mounted: Guarded['mounted'][number]): mounted is Middleware {
  return 'hooks' in mounted
}
