import { expect, test } from 'vitest'
import { carriesCredentials, looksSecret } from './looks-secret.ts'

const secret =
  'DB_PASSWORD PASSWD MYSQL_PWD PGPASSWORD JWT_SECRET GITHUB_TOKEN ACCESS_TOKENS API_KEY APIKEY STRIPE_KEY KEYS SENTRY_DSN AWS_SECRET_ACCESS_KEY PRIVATE_KEY_PEM GOOGLE_CREDENTIALS SESSION_COOKIE PASSPHRASE DB_PASS HASH_SALT BASIC_AUTH SMTP_AUTH DB_CONNECTION_STRING SLACK_WEBHOOK USER_PIN db_password'
const plain =
  'PORT HOST HTTP_ADDR LOG_LEVEL KEYBOARD AUTHOR AUTH_URL PINNED PASSENGERS COMPASS SALTED BYPASS_CACHE DSNAME SPINNER KEY_COUNT'

test.each(secret.split(' '))('%s looks secret (config/5)', (name) => {
  expect(looksSecret(name)).toBe(true)
})

test.each(plain.split(' '))('%s does not (config/5)', (name) => {
  expect(looksSecret(name)).toBe(false)
})

test.each([
  ['postgres://user:pass@host/db', true],
  ['https://token@host', true],
  ['redis://:pass@host', true],
  ['-----BEGIN PRIVATE KEY-----', true],
  ['https://host/path?x=a@b', false],
  ['https://host/@scope', false],
  ['a@b.c', false],
  ['postgres://user:pa/ss@host/db', true],
  ['postgres://user:1/2@host/db', true],
  ['postgres://user:pa ss@host/db', true],
  ['postgres://host/db?user=u&password=pass', true],
  ['https://host:8080/path?x=a&page=2', false],
])('%s carries credentials: %s (config/5)', (text, expected) => {
  expect(carriesCredentials(text)).toBe(expected)
})
