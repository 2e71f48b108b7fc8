import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Something outside of npm that some tests need. */
interface Service {
  readonly name: string
  readonly present: () => boolean
  readonly cure: string
}

const services: readonly Service[] = [
  { name: 'redis-server', present: () => onPath('redis-server'), cure: "install Debian's redis-server" },
  { name: 'postgres', present: () => existsSync('/usr/lib/postgresql'), cure: "install Debian's postgresql" },
  { name: 'running PostgreSQL', present: () => has('TEST_POSTGRES_URL'), cure: 'set TEST_POSTGRES_URL=postgres://…' },
  { name: 'promtool', present: () => onPath('promtool'), cure: "install Debian's prometheus" },
  { name: 'slowhttptest', present: () => onPath('slowhttptest'), cure: "install Debian's slowhttptest" },
]

/** One line for each service that this machine lacks: what is skipped without it, and how to have it. */
export function missingServices(): string[] {
  return services
    .filter((service) => !service.present())
    .map(({ name, cure }) => `no ${name}: its tests are skipped (${cure})`)
}

/** Whether a missing service, or a skipped test, is a failure. */
export function servicesRequired(): boolean {
  return process.env['REQUIRE_SERVICES'] === '1'
}

function has(variable: string): boolean {
  return Boolean(process.env[variable])
}

function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
