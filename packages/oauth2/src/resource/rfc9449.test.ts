import { createTestClock } from '@seaworthy/middleware/testing'
import { describe, expect, test } from 'vitest'
import { memoryStore, resourceServer } from '../resource.ts'
import { ask, prize } from './ask.test-kit.ts'
import { opaqueIssuer } from './opaque-issuer.test-kit.ts'

/** RFC 9449 §7.1, Figure 12: the request to a protected resource. */
const accessToken = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'
const proof = [
  'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19',
  'eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9',
  '2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA',
].join('.')
/** §6.1, Figure 9 and §6.2, Figure 11: the thumbprint of the key. */
const jkt = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'
/** §4.2, Figure 2: a proof for the token endpoint, by the same key. */
const tokenRequestProof = [
  proof.split('.')[0],
  'eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ',
  '2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg',
].join('.')
/** `iat` of the proof, in seconds. */
const made = 1_562_262_618

const url = 'https://resource.example.org/protectedresource'

/** The service of the example, some time after the proof was made. */
function service(after: number, thumbprint = jkt): ReturnType<typeof resourceServer> {
  const issuer = opaqueIssuer({
    [accessToken]: {
      active: true,
      sub: 'someone@example.com',
      iss: 'https://server.example.com',
      aud: 'https://resource.example.org',
      cnf: { jkt: thumbprint },
    },
  })
  const clock = createTestClock((made + after) * 1000)
  return resourceServer({
    resource: 'https://resource.example.org',
    introspection: { ...issuer.options, issuer: 'https://server.example.com' },
    dpop: { replay: memoryStore({ clock }) },
    clock,
  })
}

describe('the examples of RFC 9449', () => {
  test.each([0, 30, -5, 64])('verify %d s after they were made (oauth2/26)', async (after) => {
    expect(await ask(service(after), { url, dpop: [accessToken, proof] })).toMatchObject({ status: 200, body: prize })
  })

  test.each([65, 600, -6, -600])('are refused %d s after they were made (oauth2/26) (oauth2/31)', async (after) => {
    const answer = await ask(service(after), { url, dpop: [accessToken, proof] })
    expect(answer.status).toBe(401)
    expect(answer.challenge).toContain('error="invalid_dpop_proof"')
  })

  test('are good for their request alone (oauth2/26)', async () => {
    const other = { url, dpop: [accessToken, proof] } as const
    expect((await ask(service(0), { ...other, method: 'POST' })).status).toBe(401)
    expect((await ask(service(0), { ...other, url: `${url}/2` })).status).toBe(401)
    expect((await ask(service(0), { url, dpop: [accessToken, tokenRequestProof] })).status).toBe(401)
    expect((await ask(service(0, 'A'.repeat(43)), other)).status).toBe(401)
  })
})
