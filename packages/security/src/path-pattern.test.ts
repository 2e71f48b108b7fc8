import { Hono } from 'hono'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { covers, intersects, templatesOf } from './path-pattern.ts'

test.each([
  ['/*', '/x', true],
  ['*', '/x', true],
  ['/*', '/*', true],
  ['/admin/*', '/admin', true],
  ['/admin/*', '/admin/x/y', true],
  ['/admin/*', '/admin/*', true],
  ['/admin/*', '/*', false],
  ['/admin/*', '/administrator', false],
  ['/admin/*', '/:area/x', false],
  ['/:area/*', '/admin/x', true],
  ['/admin', '/admin', true],
  ['/admin', '/admin/', false],
  ['/admin/*', '/admin/:id?', true],
  ['/admin/x/*', '/admin/:id?', false],
  ['/a/*/c', '/a/b/c', true],
  ['/a/*/c', '/a/:b/c', true],
  ['/a/:b', '/a/*', false],
  ['/n/:id{[0-9]+}', '/n/:n{[0-9]+}', true],
  ['/n/:id{[0-9]+}', '/n/:n', false],
  ['/n/:id', '/n/:n{[0-9]+}', true],
  ['/n/:id', '/n/:rest{.+}', false],
  ['/n/*', '/n/:rest{.+}', true],
  ['/n/:id', '/n/:rest{a/b}', false],
])('%s covers %s: %s (security/3)', (outer, inner, result) => {
  expect(covers(outer, inner)).toBe(result)
})

describe('against the router of Hono', () => {
  const literal = fc.constantFrom('a', 'b')
  const part = fc.oneof(literal, fc.constantFrom(':x', ':x{[ab]+}', ':x{a}', '*'))
  const pattern = fc
    .tuple(fc.array(part, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '/*', '?'))
    .map(([parts, end]) => unique(parts) + (end === '?' && !lastIsParameter(parts) ? '' : end))
  const paths = ['', 'a', 'b', 'a/a', 'a/b', 'b/a', 'a/a/a', 'a/b/a', 'b/b/b', 'a/a/a/a', 'b/a/a/b/a'].map(
    (path) => `/${path}`,
  )

  /** A router takes each name of a parameter once. */
  function unique(parts: readonly string[]): string {
    return `/${parts.map((each, i) => each.replace(':x', `:x${i}`)).join('/')}`
  }

  function lastIsParameter(parts: readonly string[]): boolean {
    return parts.at(-1)?.startsWith(':') === true
  }

  async function matchesOf(path: string): Promise<boolean[]> {
    const app = new Hono().get(path, (c) => c.text(''))
    return Promise.all(paths.map(async (each) => (await app.request(each)).status === 200))
  }

  test('what covers matches whatever is matched, and what both match intersects (security/3)', async () => {
    let covering = 0
    await fc.assert(
      fc.asyncProperty(pattern, pattern, async (outer, inner) => {
        const [outers, inners] = await Promise.all([matchesOf(outer), matchesOf(inner)])
        if (covers(outer, inner)) {
          covering++
          for (const [i, matched] of inners.entries())
            if (matched) expect(`${paths[i]} ${outers[i]}`).toBe(`${paths[i]} true`)
        }
        if (inners.some((matched, i) => matched && outers[i])) expect(intersects(outer, inner)).toBe(true)
      }),
      { numRuns: Math.min(Number(process.env['FUZZ_RUNS'] ?? 2_000), 20_000) },
    )
    expect(covering).toBeGreaterThan(20)
  })
})

test.each([
  ['/orders/:id', ['/orders/{id}']],
  ['/orders/:id{[0-9]+}', ['/orders/{id}']],
  ['/orders/:id?', ['/orders', '/orders/{id}']],
  ['/', ['/']],
  ['/files/*', []],
])('%s is described as %j (security/50)', (path, templates) => {
  expect(templatesOf(path)).toEqual(templates)
})
