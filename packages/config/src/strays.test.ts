import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { config, group, port, reload, string } from './index.ts'
import { errorOf, problemsOf } from './read-one.fixture.ts'
import { temporaryDirectory } from './temporary-directory.fixture.ts'

const spec = {
  port: port({ default: 80 }),
  db: group({ url: string({ default: 'x' }) }),
  name: string({ env: 'NAME', default: 'x' }),
}
const env = {
  APP_PROT: '1',
  APP_DB_ULR: 'canary',
  APP_WHATEVER: '1',
  APP_PORT_FLIE: 'x',
  OTHER: '1',
  NAME: 'y',
  NMAE: '1',
}
const lines = [
  'APP_PROT: is set, but nothing reads it; did you mean APP_PORT?',
  'APP_DB_ULR: is set, but nothing reads it; did you mean APP_DB_URL?',
  'APP_WHATEVER: is set, but nothing reads it',
  'APP_PORT_FLIE: is set, but nothing reads it; did you mean APP_PORT_FILE?',
]

describe('variables under the prefix that nothing reads', () => {
  const warn = vi.fn<(message: string) => void>()
  const consoleWarn = vi.spyOn(console, 'warn')
  beforeEach(() => {
    warn.mockReset()
    consoleWarn.mockReset()
    consoleWarn.mockImplementation(() => {})
  })
  afterEach(() => consoleWarn.mockReset())

  test('are warned of, with the name that may have been meant (config/36)', () => {
    config(spec, { env, files: [], prefix: 'APP_', onWarning: warn })
    expect(warn.mock.calls.flat()).toEqual(lines)
    expect(consoleWarn).not.toHaveBeenCalled()
  })

  test('are warned of on the console by default (config/36)', () => {
    config(spec, { env, files: [], prefix: 'APP_', unknown: 'warn' })
    expect(consoleWarn.mock.calls.flat()).toEqual(lines)
  })

  test('are problems with the others when asked for (config/36)', () => {
    const wrong = { ...env, APP_PORT: 'x' }
    expect(
      problemsOf(() => config(spec, { env: wrong, files: [], prefix: 'APP_', unknown: 'error', onWarning: warn })),
    ).toEqual(['APP_PORT: expected a port from 0 to 65535; found "x" in the environment', ...lines])
    expect(warn).not.toHaveBeenCalled()
  })

  test('are told by a reload as well (config/36) (config/42)', () => {
    const fresh: Record<string, string> = {}
    const options = { env: fresh, files: [], prefix: 'APP_', onWarning: warn }
    const strict = config(spec, { ...options, unknown: 'error' })
    const warned = config(spec, options)
    Object.assign(fresh, env)
    const { config: kept, problems } = reload(strict)
    expect(kept).toBe(strict)
    expect(problems.map(({ variable, message }) => `${variable}: ${message}`)).toEqual(lines)
    expect(warn).not.toHaveBeenCalled()
    expect(reload(warned).problems).toEqual([])
    expect(warn.mock.calls.flat()).toEqual(lines)
  })

  test('are left alone when asked for, and without a prefix (config/36)', () => {
    config(spec, { env, files: [], prefix: 'APP_', unknown: 'ignore', onWarning: warn })
    config(spec, { env, files: [], unknown: 'error', onWarning: warn })
    expect(warn).not.toHaveBeenCalled()
  })

  test('are found in .env files too, once each (config/36)', () => {
    using directory = temporaryDirectory({ '.env': 'APP_PROT=1\nAPP_PORT=2', '.env.local': 'APP_PROT=1\nAPP_EMPTY=' })
    config(spec, { env: { APP_PROT: '1' }, directory: directory.path, prefix: 'APP_', onWarning: warn })
    expect(warn.mock.calls.flat()).toEqual(lines.slice(0, 1))
  })

  test('are shown without what could steer a terminal (config/36)', () => {
    const { message } = errorOf(() =>
      config(spec, { env: { 'APP_\u001B[2J\nX': '1' }, files: [], prefix: 'APP_', unknown: 'error' }),
    )
    expect(message).toBe('The configuration has a problem:\n  APP_ [2J X: is set, but nothing reads it')
  })
})
