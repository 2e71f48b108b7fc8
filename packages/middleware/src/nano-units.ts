/**
 * A decimal amount of a unit, counted exactly in billionths: binary fractions would make 1.1 s 1100.0000000000002 ms.
 *
 * @param amount - Digits, with at most nine decimals.
 */
export function nanoUnits(amount: string, unit: number): bigint {
  const [whole = '', fraction = ''] = amount.split('.')
  return BigInt(whole + fraction.padEnd(9, '0')) * BigInt(unit)
}
