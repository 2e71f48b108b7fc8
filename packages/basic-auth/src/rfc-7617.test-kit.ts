/** The examples of RFC 7617, with the section that prints them. */
export const rfc7617 = [
  { section: '2', user: 'Aladdin', password: 'open sesame', credentials: 'QWxhZGRpbjpvcGVuIHNlc2FtZQ==' },
  { section: '2.1', user: 'test', password: '123\u00A3', credentials: 'dGVzdDoxMjPCow==' },
] as const

/** RFC 7617 §2.1: a challenge that says in which encoding the password is expected. */
export const rfc7617Challenge = 'Basic realm="foo", charset="UTF-8"'
