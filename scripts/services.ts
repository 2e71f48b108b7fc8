import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Something outside of npm that some tests need. */
interface Service {
  readonly name: string
  readonly present: () => boolean
  /** The package that has it. */
  readonly cure: string
}

const services: readonly Service[] = [
  { name: 'redis-server', present: () => onPath('redis-server'), cure: "Debian's redis-server" },
  { name: 'PostgreSQL', present: () => existsSync('/usr/lib/postgresql'), cure: "Debian's postgresql" },
  { name: 'promtool', present: () => onPath('promtool'), cure: "Debian's prometheus" },
  { name: 'prometheus', present: () => onPath('prometheus'), cure: "Debian's prometheus" },
  { name: 'chromium', present: () => onPath('chromium'), cure: "Debian's chromium" },
  { name: 'slowhttptest', present: () => onPath('slowhttptest'), cure: "Debian's slowhttptest" },
]

/** One line for each service that this machine lacks: what is skipped without it, and how to have it. */
export function missingServices(): string[] {
  return services
    .filter((service) => !service.present())
    .map(({ name, cure }) => `no ${name}: its tests are skipped (install ${cure})`)
}

/** Whether a missing service, or a skipped test, is a failure. */
export function servicesRequired(): boolean {
  return process.env['REQUIRE_SERVICES'] === '1'
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
