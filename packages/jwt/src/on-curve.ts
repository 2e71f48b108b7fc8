import type { Buffer } from 'node:buffer'

/** y² = x³ - 3x + b modulo p (NIST SP 800-186 §3.2.1). */
interface Curve {
  readonly bytes: number
  readonly p: bigint
  readonly b: bigint
}

const curves = new Map<string, Curve>([
  [
    'P-256',
    {
      bytes: 32,
      p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
      b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    },
  ],
  [
    'P-384',
    {
      bytes: 48,
      p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
      b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    },
  ],
  [
    'P-521',
    {
      bytes: 66,
      p: 2n ** 521n - 1n,
      b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    },
  ],
])

/** Whether a point lies on the curve of a name, with coordinates of the full length (RFC 7518 §6.2.1). */
export function isOnCurve(crv: string, x: Buffer, y: Buffer): boolean {
  const curve = curves.get(crv)
  if (!curve || x.length !== curve.bytes || y.length !== curve.bytes) return false
  const { p, b } = curve
  const [px, py] = [BigInt(`0x${x.toString('hex')}`), BigInt(`0x${y.toString('hex')}`)]
  return px < p && py < p && (py * py - (px * px * px - 3n * px + b)) % p === 0n
}
