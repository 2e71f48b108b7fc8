import { handler } from '@seaworthy/middleware'
import { debug } from './index.ts'

// Asks for every recording and prints the statuses: run with and without an inspector.
const quiet = { info: (): void => undefined, warn: (): void => undefined }
const fetch = handler(debug({ authorize: () => true, logger: quiet }), () => new Response())

async function ask(place: string): Promise<number> {
  const response = await fetch(new Request(`http://localhost/debug/${place}`))
  await response.arrayBuffer()
  return response.status
}

const statuses = {
  profile: await ask('profile?seconds=0.01'),
  flame: await ask('flame?seconds=0.01'),
  heap: await ask('heap?seconds=0.01'),
  again: await ask('profile?seconds=0.01'),
  inflight: await ask('inflight'),
}
process.stdout.write(JSON.stringify(statuses))
