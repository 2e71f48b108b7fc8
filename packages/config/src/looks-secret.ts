const anywhere = /SECRET|TOKEN|PASSW|PASSPHRASE|PASSCODE|PWD|CREDENTIAL|PRIVATE|COOKIE|SIGNATURE|CONNECTION_?STRING/
const asWord = /(?:^|_)(?:PASS|PW|PIN|OTP|SALT|PEPPER|DSN|JWT|BEARER|WEBHOOK)S?(?:_|$)/
const atEnd = /(?:KEY|AUTH|AUTHORIZATION)S?$/

/** Whether the name of a variable tells that its value must not be shown. In doubt it does. */
export function looksSecret(name: string): boolean {
  const upper = name.toUpperCase()
  return anywhere.test(upper) || asWord.test(upper) || atEnd.test(upper)
}

/** Whether a value carries credentials that its name does not tell of: a URL with a user or a secret in its query, or the text of a key. */
export function carriesCredentials(text: string): boolean {
  return /\/\/[^/\s]*@/.test(text) || hasRawPassword(text) || hasSecretParameter(text) || text.includes('-----BEGIN')
}

/** A password that nobody has encoded may have slashes and spaces in it, and makes the URL a wrong one. */
function hasRawPassword(text: string): boolean {
  const host = text.indexOf('//')
  const colon = text.indexOf(':', host)
  return host >= 0 && colon >= 0 && text.lastIndexOf('@') > colon
}

function hasSecretParameter(text: string): boolean {
  return [...text.matchAll(/[?&]([^?&=#\s]{1,64})=/g)].some(([, name = '']) => looksSecret(name))
}
