import { parseSize, parseSizeText, type Size } from './index.ts'

export const sizes: readonly Size[] = [0, 1024, '512B', '64KiB', '1MiB', '1MB', '1.5MiB', '1.05kB', '2GiB', '1TB']

// @ts-expect-error no unit of data
parseSize('10 apples')
// @ts-expect-error no unit
parseSize('10')
// @ts-expect-error a leading space
parseSize(' 5MiB')
// @ts-expect-error an exponent
parseSize('1e3B')
// @ts-expect-error neither kB nor KiB
parseSize('1KB')
// @ts-expect-error lower case
parseSize('1mib')
// @ts-expect-error empty
parseSize('')

declare const text: string
// @ts-expect-error text of the run time goes through parseSizeText
parseSize(text)
export const bytes: number = parseSizeText(text)
