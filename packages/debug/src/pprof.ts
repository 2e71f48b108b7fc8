import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { Function as PprofFunction, Line, Location, Profile, Sample, StringTable, ValueType } from 'pprof-format'
import type { Frame, StackProfile, ValueKind } from './stack-profile.ts'

const compress = promisify(gzip)

/**
 * A profile in the format of pprof: gzipped protobuf, as `go tool pprof`, Speedscope, Pyroscope and others read it.
 *
 * @param milliseconds - How long was recorded.
 */
export async function toPprof(profile: StackProfile, milliseconds: number): Promise<Uint8Array<ArrayBuffer>> {
  const strings = new StringTable()
  const places = new Places(strings)
  const kind = ({ type, unit }: ValueKind): ValueType =>
    new ValueType({ type: strings.dedup(type), unit: strings.dedup(unit) })
  const sample = profile.samples.map(
    ({ frames, values }) =>
      new Sample({ locationId: frames.map((frame) => places.idOf(frame)), value: values.map(Math.round) }),
  )
  const encoded = new Profile({
    sampleType: profile.kinds.map(kind),
    sample,
    location: places.locations,
    function: places.functions,
    timeNanos: BigInt(Math.round((performance.timeOrigin + performance.now() - milliseconds) * 1000)) * 1000n,
    durationNanos: Math.round(milliseconds * 1e6),
    periodType: kind(profile.period),
    period: profile.period.value,
    comment: profile.comment === undefined ? [] : [strings.dedup(profile.comment)],
    stringTable: strings,
  })
  return new Uint8Array(await compress(await encoded.encodeAsync()))
}

/** The functions of the frames, each once. */
class Places {
  readonly locations: Location[] = []
  readonly functions: PprofFunction[] = []
  readonly #ids: Map<string, number> = new Map()
  readonly #strings: StringTable

  constructor(strings: StringTable) {
    this.#strings = strings
  }

  idOf(frame: Frame): number {
    const name = `${frame.name}\n${frame.file}\n${frame.line}`
    const known = this.#ids.get(name)
    if (known !== undefined) return known
    const id = this.locations.length + 1
    this.#ids.set(name, id)
    this.#add(id, frame)
    return id
  }

  #add(id: number, { name, file, line }: Frame): void {
    const filename = this.#strings.dedup(file)
    const text = this.#strings.dedup(name)
    this.functions.push(new PprofFunction({ id, name: text, systemName: text, filename, startLine: line }))
    this.locations.push(new Location({ id, line: [new Line({ functionId: id, line })] }))
  }
}
