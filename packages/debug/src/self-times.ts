import type { StackProfile } from './stack-profile.ts'

/** What a function took. */
export interface SelfTime {
  readonly name: string
  readonly file: string
  readonly line: number
  /** Nanoseconds in the function itself. */
  readonly self: number
  /** Nanoseconds in it and in what it called. A recursive call counts once. */
  readonly total: number
}

/** The functions of a CPU profile that took most themselves, the first first. */
export function selfTimes({ samples }: StackProfile, most: number): SelfTime[] {
  const times = new Map<string, { -readonly [K in keyof SelfTime]: SelfTime[K] }>()
  for (const { frames, values } of samples) {
    const value = values[1] ?? 0
    const seen = new Set<string>()
    frames.forEach(({ name, file, line }, depth) => {
      const place = `${name}\n${file}\n${line}`
      const time = times.get(place) ?? { name, file, line, self: 0, total: 0 }
      times.set(place, time)
      if (depth === 0) time.self += value
      if (!seen.has(place)) time.total += value
      seen.add(place)
    })
  }
  return [...times.values()].toSorted((a, b) => b.self - a.self).slice(0, most)
}
