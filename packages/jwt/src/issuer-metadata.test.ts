import { createTestClock } from '@seaworthy/middleware/testing'
import { describe, expect, test } from 'vitest'
import { issuerMetadata } from './metadata.ts'

const issuer = 'https://id.test'
const address = `${issuer}/.well-known/openid-configuration`

function endpoint(): { asked: string[]; answers: Response[]; fetch: (url: string) => Promise<Response> } {
  const asked: string[] = []
  const answers: Response[] = []
  async function fetch(url: string): Promise<Response> {
    asked.push(url)
    return answers.shift() ?? Response.json({ issuer, token_endpoint: `${issuer}/token` })
  }
  return { asked, answers, fetch }
}

describe('issuerMetadata()', () => {
  test('is one fetch for all who ask at once, and is kept for an hour (jwt/54)', async () => {
    const clock = createTestClock()
    const { asked, fetch } = endpoint()
    const metadata = issuerMetadata(issuer, { clock, fetch })
    const read = await Promise.all([metadata.read(), metadata.read(), metadata.read()])
    for (const each of read) expect(each).toMatchObject({ token_endpoint: `${issuer}/token` })
    expect(asked).toEqual([address])
    clock.advance('59m')
    await metadata.read()
    expect(asked).toHaveLength(1)
    clock.advance('1m')
    await metadata.read()
    expect(asked).toHaveLength(2)
    metadata.forget()
    await metadata.read()
    expect(asked).toHaveLength(3)
  })

  test('is asked for again after a failure, and names exactly this issuer (jwt/55)', async () => {
    const { answers, fetch } = endpoint()
    const metadata = issuerMetadata(issuer, { fetch })
    answers.push(new Response(null, { status: 500 }), Response.json({ issuer: `${issuer}/` }))
    await expect(metadata.read()).rejects.toMatchObject({ code: 'ERR_JWT_DISCOVERY' })
    expect(await metadata.read()).toMatchObject({ issuer })
  })
})
