import { execFileSync } from 'node:child_process'
import { totalmem } from 'node:os'
import { describe, expect, test } from 'vitest'

const program = `
  import { preflight } from ${JSON.stringify(new URL('preflight.ts', import.meta.url).href)}
  console.log(JSON.stringify(preflight({ name: 'orders' }, undefined).filter(({ code }) => code === 'memory_limit')))
`

function memoryProblems(mebibytes: number): { cure: string }[] {
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...process.env, NODE_OPTIONS: `--max-old-space-size=${mebibytes}` },
  })
  return JSON.parse(output.toString())
}

describe('the memory limit of a real process', () => {
  test('is compared with what Node was told (service/25)', () => {
    const [problem] = memoryProblems(Math.ceil((2 * totalmem()) / 2 ** 20))
    expect(problem?.cure).toMatch(/^Set NODE_OPTIONS=--max-old-space-size=\d+\.$/)
    const cured = Number(/=(\d+)\.$/.exec(problem?.cure ?? '')?.[1])
    expect(memoryProblems(cured)).toEqual([])
  })
})
