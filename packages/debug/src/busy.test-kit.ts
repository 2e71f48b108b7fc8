/** Is busy for some milliseconds, under a name that a profile shows. */
function countWaves(milliseconds: number): number {
  const end = performance.now() + milliseconds
  let sum = 0
  while (performance.now() < end) {
    for (let i = 0; i < 1_000; i++) {
      sum += Math.sin(i) * 1.01 + Math.cos(i) * 1.02 + Math.sqrt(i) * 1.03 + Math.tan(i) * 1.04
      sum -= Math.sin(i + 1) * 2.01 + Math.cos(i + 1) * 2.02 + Math.sqrt(i + 1) * 2.03 + Math.tan(i + 1) * 2.04
      sum += Math.sin(i + 2) * 3.01 + Math.cos(i + 2) * 3.02 + Math.sqrt(i + 2) * 3.03 + Math.tan(i + 2) * 3.04
      sum -= Math.sin(i + 3) * 4.01 + Math.cos(i + 3) * 4.02 + Math.sqrt(i + 3) * 4.03 + Math.tan(i + 3) * 4.04
      sum += Math.sin(i + 4) * 5.01 + Math.cos(i + 4) * 5.02 + Math.sqrt(i + 4) * 5.03 + Math.tan(i + 4) * 5.04
      sum -= Math.sin(i + 5) * 6.01 + Math.cos(i + 5) * 6.02 + Math.sqrt(i + 5) * 6.03 + Math.tan(i + 5) * 6.04
    }
  }
  return sum
}

/**
 * Keeps the process busy in turns until it is told to end, so that others have theirs.
 *
 * Both engines count some compiled code as its caller's: JavaScriptCore what it has taken into the caller, V8 what it
 * has compiled in the middle of a long call before the recording began. (It takes in no function of that length.)
 */
export function keepBusy(): Disposable {
  const timer = 'Bun' in globalThis ? setInterval(countWaves, 1, 15) : setInterval(sail, 1)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

function sail(): void {
  for (let i = 0; i < 15; i++) countWaves(1)
}

/** Makes objects that somebody keeps. */
export function buildHulls(count: number): string[][] {
  return Array.from({ length: count }, () => Array.from({ length: 20 }, (_, i) => `plank ${i} ${Math.random()}`))
}
