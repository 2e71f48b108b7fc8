import { expect, test } from 'vitest'
import { isSecretParameter, registerSecretParameter } from './index.ts'

test('isSecretParameter() knows signatures and credentials, case-sensitively (middleware/49)', () => {
  for (const name of ['sig', 'Signature', 'X-Amz-Signature', 'X-Goog-Signature', 'access_token', 'client_secret']) {
    expect(isSecretParameter(name)).toBe(true)
  }
  for (const name of ['SIG', 'signature', 'q', 'page', '', 'constructor']) expect(isSecretParameter(name)).toBe(false)
})

test('registerSecretParameter() adds a name, for all copies of the package (middleware/49)', () => {
  expect(isSecretParameter('acme_key')).toBe(false)
  registerSecretParameter('acme_key')
  expect(isSecretParameter('acme_key')).toBe(true)
  const shared: { [name: symbol]: unknown } = globalThis
  expect(shared[Symbol.for('seaworthy.secret-parameters')]).toEqual(expect.any(Set))
})
