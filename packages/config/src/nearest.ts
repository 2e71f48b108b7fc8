/**
 * The candidate that was probably meant: the same but for case and punctuation, or one or two slips of the keyboard
 * away. `undefined` when none is near.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = fold(word)
  let limit = wanted.length < 5 ? 1 : 2
  let best: string | undefined
  for (const candidate of candidates) {
    const distance = slips(wanted, fold(candidate), limit)
    if (distance > limit) continue
    if (distance === 0) return candidate
    best = candidate
    limit = distance - 1
  }
  return best
}

function fold(word: string): string {
  return word.toUpperCase().replace(/[\s._-]/g, '')
}

/** Insertions, deletions, substitutions and swaps of neighbours between two words; `limit + 1` once there are more. */
function slips(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1
  let before: readonly number[] = []
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    let least = row
    for (let column = 1; column <= to.length; column++) {
      const substituted = at(last, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1)
      const swapped =
        from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1] ? at(before, column - 2) + 1 : Infinity
      const distance = Math.min(substituted, at(last, column) + 1, at(current, column - 1) + 1, swapped)
      current.push(distance)
      least = Math.min(least, distance)
    }
    // No later row is below this one: a swap, which skips it, costs no less than the substitution beside it.
    if (least > limit) return limit + 1
    before = last
    last = current
  }
  return at(last, to.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity
}
