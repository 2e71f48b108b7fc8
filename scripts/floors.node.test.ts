import { describe, expect, test } from 'vitest'
import { floorProblems, forbidden } from './floors.ts'
import { packages } from './workspace.ts'

describe('forbidden', () => {
  test.each([
    ['log', '@seaworthy/middleware'],
    ['telemetry', '@seaworthy/metrics'],
    ['service', '@seaworthy/oauth2/login'],
    ['server', '@hono/node-server'],
    ['log', '@opentelemetry/api'],
    ['log', '@seaworthy/log/testing'],
  ])('%s may import %s', (name, specifier) => {
    expect(forbidden(name, specifier)).toBeUndefined()
  })

  test.each([
    ['middleware', '@seaworthy/log', 'log is on floor 1'],
    ['log', '@seaworthy/tracing', 'tracing is on floor 1'],
    ['jwt', '@seaworthy/api-key', 'api-key is on floor 2'],
    ['metrics', '@seaworthy/telemetry/x', 'telemetry is on floor 2'],
    ['log', '@seaworthy/unheard-of', 'has no floor'],
    ['log', 'hono', 'by its structure'],
    ['log', 'hono/utils/types', 'by its structure'],
    ['log', '@hono/node-server', 'only server'],
  ])('%s may not import %s', (name, specifier, reason) => {
    expect(forbidden(name, specifier)).toContain(reason)
  })
})

describe('floorProblems', () => {
  test('sees what a manifest depends on', () => {
    const health = packages().find(({ name }) => name === 'health')
    const manifest = { name: '@seaworthy/health', version: '0.0.0', peerDependencies: { '@seaworthy/log': '*' } }
    const problems = health ? floorProblems([{ ...health, manifest }]) : []
    expect(problems.join('\n')).toContain('packages/health/package.json depends on @seaworthy/log')
  })

  test('lets only the server bring Hono, for its listener', () => {
    const manifest = { name: '@seaworthy/x', version: '0.0.0', peerDependencies: { hono: '^4' } }
    const problems = (name: string): string =>
      floorProblems([{ name, folder: '/nowhere', manifest }])
        .filter((each) => each.includes('package.json'))
        .join('\n')
    expect(problems('server')).toBe('')
    expect(problems('health')).toContain('depends on hono')
  })

  test('sees a package without a floor', () => {
    const manifest = { name: '@seaworthy/nobody', version: '0.0.0' }
    expect(floorProblems([{ name: 'nobody', folder: '/nowhere', manifest }])).toEqual([
      'packages/nobody has no floor in scripts/floors.ts',
    ])
  })
})
