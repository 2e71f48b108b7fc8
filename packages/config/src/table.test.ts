import { expect, test } from 'vitest'
import { group, oneOf, optional, port, secret, string, table } from './index.ts'

test('table is Markdown with a row for each variable (config/38)', () => {
  const spec = {
    level: oneOf(['a', 'b'], { default: 'a', reloadable: true, description: 'How\nmuch | how little.' }),
    key: secret(string(), { default: 'canary' }),
    tick: string({ default: '`x` | ``y``' }),
    none: string({ default: '' }),
    db: group({ port: port(), host: optional(string({ env: 'PGHOST' })) }),
  }
  expect(table(spec, { prefix: 'APP_' })).toBe(`| Variable | Type | Default | Description |
| --- | --- | --- | --- |
| \`APP_LEVEL\` | a \\| b, reloadable | \`a\` | How much \\| how little. |
| \`APP_KEY\` | text, secret | \`[redacted]\` |  |
| \`APP_TICK\` | text | \`\`\` \`x\` \\| \`\`y\`\` \`\`\` |  |
| \`APP_NONE\` | text | empty |  |
| \`APP_DB_PORT\` | port | required |  |
| \`PGHOST\` | text | optional |  |
`)
})
