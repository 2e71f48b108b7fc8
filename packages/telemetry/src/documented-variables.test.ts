import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8')
const tests = readdirSync(new URL('.', import.meta.url))
  .filter((name) => name.endsWith('.test.ts') && name !== 'documented-variables.test.ts')
  .map(read)
  .join('\n')

/** The variables in the first column of the README's table, with the placeholder of the signal filled in. */
function documented(): string[] {
  const rows = read('../README.md').matchAll(/^\| (`(?:OTEL|K8S)_.*?) \|/gm)
  return [...rows].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`((?:OTEL|K8S)_[A-Z_0-9]+)`/g)].map(([, name = '']) => name),
  )
}

describe('the table of variables in the README', () => {
  test('lists no variable without a test (telemetry/41)', () => {
    const names = documented()
    expect(names.length).toBeGreaterThan(50)
    expect(names.filter((name) => !isTested(name))).toEqual([])
    expect(isTested('OTEL_PLANTED_VARIABLE')).toBe(false)
  })

  test('lists every variable that the source reads (telemetry/41)', () => {
    const sources = readdirSync(new URL('.', import.meta.url))
      .filter((name) => /^[a-z0-9-]+\.ts$/.test(name))
      .map(read)
      .join('\n')
    const literal = [...sources.matchAll(/'((?:OTEL|K8S)_[A-Z_0-9]+)'/g)].map(([, name = '']) => name)
    const names = new Set(documented())
    expect(literal.filter((name) => !names.has(name) && !['OTEL_BSP', 'OTEL_BLRP'].includes(name))).toEqual([])
  })
})

/** A test names it, or builds its name from the signal with `variable(signal, 'NAME')`. */
function isTested(name: string): boolean {
  const [, rest] = /^OTEL_EXPORTER_OTLP_(?:TRACES|METRICS|LOGS)_(\w+)$/.exec(name) ?? []
  return (
    new RegExp(`\\b${name}\\b`).test(tests) || (rest !== undefined && tests.includes(`variable(signal, '${rest}')`))
  )
}
