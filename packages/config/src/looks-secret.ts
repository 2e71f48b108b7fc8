const anywhere = /SECRET|TOKEN|PASSW|PASSPHRASE|PASSCODE|PWD|CREDENTIAL|PRIVATE|COOKIE|SIGNATURE|CONNECTION_?STRING/
const asWord = /(?:^|_)(?:PASS|PW|PIN|OTP|SALT|PEPPER|DSN|JWT|BEARER|WEBHOOK)S?(?:_|$)/
const atEnd = /(?:KEY|AUTH|AUTHORIZATION)S?$/

/** Whether the name of a variable tells that its value must not be shown. In doubt it does. */
export function looksSecret(name: string): boolean {
  const upper = name.toUpperCase()
  return anywhere.test(upper) || asWord.test(upper) || atEnd.test(upper)
}

/** Whether a value carries credentials that its name does not tell of: a URL with a user, or the text of a key. */
export function carriesCredentials(text: string): boolean {
  return /\/\/[^/\s]*@/.test(text) || text.includes('-----BEGIN')
}
