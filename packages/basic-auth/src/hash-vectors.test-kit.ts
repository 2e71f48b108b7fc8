import { Buffer } from 'node:buffer'

/** Base64 without padding, as PHC strings have it. */
const phc = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64').replaceAll('=', '')
const hex = (digits: string): string => phc(Buffer.from(digits, 'hex'))

/** A hash that others have printed. */
export interface HashVector {
  readonly source: string
  readonly password: string
  readonly hash: string
}

/** Hashes that others have printed, of every kind that is safe. */
export const vectors: readonly HashVector[] = [
  {
    source: 'argon2id, version 19: tests of the reference implementation',
    password: 'password',
    hash: '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  },
  {
    source: 'argon2i, version 19: tests of the reference implementation',
    password: 'password',
    hash: '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA',
  },
  {
    source: 'argon2i, version 16: tests of the reference implementation',
    password: 'password',
    hash: '$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ',
  },
  {
    source: 'scrypt: RFC 7914 §12',
    password: 'pleaseletmein',
    hash: `$scrypt$ln=14,r=8,p=1$${phc('SodiumChloride')}$${hex('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887')}`,
  },
  {
    source: 'PBKDF2 with SHA-1: RFC 6070 §2',
    password: 'passwordPASSWORDpassword',
    hash: `$pbkdf2-sha1$i=4096,l=25$${phc('saltSALTsaltSALTsaltSALTsaltSALTsalt')}$${hex('3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038')}`,
  },
  {
    source: 'PBKDF2 with SHA-256: the input of RFC 6070 §2',
    password: 'passwordPASSWORDpassword',
    hash: `$pbkdf2-sha256$i=4096$${phc('saltSALTsaltSALTsaltSALTsaltSALTsalt')}$${hex('348c89dbcbd32b2f32d814b8116e84cf2b17347ebc1800181c4e2a1fb8dd53e1c635518c7dac47e9')}`,
  },
  {
    source: 'PBKDF2 with SHA-1: tests of passlib',
    password: 'password',
    hash: '$pbkdf2$1212$OB.dtnSEXZK8U5cgxU/GYQ$y5LKPOplRmok7CZp/aqVDVg8zGI',
  },
  {
    source: 'PBKDF2 with SHA-256: tests of passlib',
    password: 'password',
    hash: '$pbkdf2-sha256$1212$4vjV83LKPjQzk31VI4E0Vw$hsYF68OiOUPdDZ1Fg.fJPeq1h/gXXY7acBp9/6c.tmQ',
  },
  {
    source: 'PBKDF2 with SHA-512: tests of passlib',
    password: 'password',
    hash: '$pbkdf2-sha512$1212$RHY0Fr3IDMSVO/RSZyb5ow$eNLfBK.eVozomMr.1gYa17k9B7KIK25NOEshvhrSX.esqY3s.FvWZViXz4KoLlQI.BzY/YTNJOiKc5gBYFYGww',
  },
  {
    source: 'bcrypt $2a$: tests of crypt_blowfish',
    password: 'U*U',
    hash: '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
  },
  {
    source: 'bcrypt $2a$: tests of crypt_blowfish, another salt',
    password: 'U*U*U',
    hash: '$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a',
  },
  {
    source: 'bcrypt $2y$: manual of Apache httpd',
    password: 'myPassword',
    hash: '$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC',
  },
]

/** One of each kind. */
export const oneOfEach: readonly HashVector[] = [
  'argon2i, version 16',
  'scrypt',
  'PBKDF2 with SHA-512',
  'bcrypt $2a$',
].flatMap((kind) => vectors.find(({ source }) => source.startsWith(kind)) ?? [])

/** Of crypt_blowfish: its hash is one of the first 72 bytes alone. */
export const truncated: HashVector = {
  source: 'bcrypt $2a$: tests of crypt_blowfish, more than 72 bytes',
  password: '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored',
  hash: '$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui',
}

/** The manual of Apache httpd, "Password Formats": the password is `myPassword`. */
export const apacheManual = {
  bcrypt: 'myName:$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC',
  apr1: 'myName:$apr1$r31.....$HqJZimcKQFAMYayBlzkrA/',
  sha1: 'myName:{SHA}VBPuJHI7uixaa6LQGWx4s+5GKNE=',
  plain: 'myName:myPassword',
} as const
