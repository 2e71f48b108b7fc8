import { isAbsolute } from 'node:path'
import type { Tally } from './tally.ts'
import type { Runtime } from './test-files.ts'
import { fromRoot } from './workspace.ts'

/** What became of one test on one runtime. */
export interface TestResult {
  readonly runtime: Runtime
  /** Path from the root. */
  readonly file: string
  readonly title: string
  readonly status: 'passed' | 'failed' | 'skipped'
}

/** The part that is used here of what Vitest's JSON reporter writes. */
interface VitestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[]
  }[]
}

/** Reads the report of Vitest's `json` reporter. A file that could not be loaded counts as one failed test. */
export function readVitestJson(json: string): TestResult[] {
  const report: VitestReport = JSON.parse(json)
  return report.testResults.flatMap((suite) => {
    const file = isAbsolute(suite.name) ? fromRoot(suite.name) : suite.name
    const tests = suite.assertionResults.map(({ title, status }): TestResult => ({
      runtime: 'node',
      file,
      title,
      status: vitestStatus(status),
    }))
    const broken = suite.status === 'failed' && !tests.some((test) => test.status === 'failed')
    return broken ? [...tests, { runtime: 'node', file, title: '(the whole file)', status: 'failed' }] : tests
  })
}

/** Reads the report of `bun test --reporter=junit`. */
export function readJunit(xml: string): TestResult[] {
  return [...xml.matchAll(/<testcase\s([^>]*?)(\/>|>([\s\S]*?)<\/testcase>)/g)].map((match): TestResult => {
    const attributes = new Map(
      [...(match[1] ?? '').matchAll(/([a-z]+)="([^"]*)"/g)].map((pair) => [pair[1], decodeEntities(pair[2] ?? '')]),
    )
    return {
      runtime: 'bun',
      file: attributes.get('file') ?? '',
      title: attributes.get('name') ?? '',
      status: junitStatus(match[3] ?? ''),
    }
  })
}

/** Counts results. */
export function tallyOf(results: readonly TestResult[]): Tally {
  const count = (status: TestResult['status']): number => results.filter((result) => result.status === status).length
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') }
}

function vitestStatus(status: string): TestResult['status'] {
  if (status === 'passed') return 'passed'
  return ['skipped', 'pending', 'todo', 'disabled'].includes(status) ? 'skipped' : 'failed'
}

function junitStatus(body: string): TestResult['status'] {
  if (/<(failure|error)\b/.test(body)) return 'failed'
  return /<skipped\b/.test(body) ? 'skipped' : 'passed'
}

function decodeEntities(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
  return text.replaceAll(
    /&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (hex) return String.fromCodePoint(Number.parseInt(hex, 16))
      if (decimal) return String.fromCodePoint(Number(decimal))
      return named[name ?? ''] ?? whole
    },
  )
}
