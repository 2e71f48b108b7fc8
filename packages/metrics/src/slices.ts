import { pipeline } from 'node:stream/promises'
import { buffer } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { createGzip } from 'node:zlib'

/** How long the loop is held at a stretch, in milliseconds. */
const stretch = 4

/** How many pieces are joined between two looks at the clock. */
const piecesPerLook = 16

/** Joins pieces of text as UTF-8, letting other work run in between. */
export async function joinSlices(pieces: Iterable<string>): Promise<Uint8Array<ArrayBuffer>> {
  const slices: Uint8Array[] = []
  for await (const slice of inSlices(pieces)) slices.push(slice)
  return Buffer.concat(slices)
}

/** The same, compressed. */
export async function gzipSlices(pieces: Iterable<string>): Promise<Uint8Array<ArrayBuffer>> {
  return pipeline(inSlices(pieces), createGzip(), buffer)
}

async function* inSlices(pieces: Iterable<string>): AsyncGenerator<Uint8Array, void> {
  let text = ''
  let count = 0
  let began = performance.now()
  for (const piece of pieces) {
    text += piece
    if (++count % piecesPerLook !== 0 || performance.now() - began < stretch) continue
    yield Buffer.from(text)
    text = ''
    await setImmediate()
    began = performance.now()
  }
  yield Buffer.from(text)
}
