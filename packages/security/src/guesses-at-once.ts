/** Counts a guess of an address until it is told that it is done; `undefined` when there are too many at once. */
export type GuessesAtOnce = (address: string, guess: unknown) => (() => void) | undefined

/** What one address tries at the moment: each guess, and how many requests make it. */
interface Trying {
  readonly guesses: Map<unknown, number>
  requests: number
}

/** Bounds what each address tries at once: different guesses, and requests with any. */
export function guessesAtOnce(maxGuesses: number, maxRequests: number): GuessesAtOnce {
  const addresses = new Map<string, Trying>()

  return (address, guess) => {
    const trying = addresses.get(address) ?? { guesses: new Map(), requests: 0 }
    const { guesses } = trying
    const same = guesses.get(guess) ?? 0
    if (trying.requests >= maxRequests || (same === 0 && guesses.size >= maxGuesses)) return undefined
    addresses.set(address, trying)
    guesses.set(guess, same + 1)
    trying.requests++
    return () => {
      trying.requests--
      const left = (guesses.get(guess) ?? 1) - 1
      if (left > 0) guesses.set(guess, left)
      else guesses.delete(guess)
      if (guesses.size === 0) addresses.delete(address)
    }
  }
}
