import { gunzipSync } from 'node:zlib'
import protobuf from 'protobufjs'

/** The messages of pprof's public profile.proto that are read here. */
const proto = `
syntax = "proto3";
message Profile {
  repeated ValueType sample_type = 1;
  repeated Sample sample = 2;
  repeated Mapping mapping = 3;
  repeated Location location = 4;
  repeated Function function = 5;
  repeated string string_table = 6;
  int64 drop_frames = 7;
  int64 keep_frames = 8;
  int64 time_nanos = 9;
  int64 duration_nanos = 10;
  ValueType period_type = 11;
  int64 period = 12;
  repeated int64 comment = 13;
  int64 default_sample_type = 14;
}
message ValueType { int64 type = 1; int64 unit = 2; }
message Sample { repeated uint64 location_id = 1; repeated int64 value = 2; repeated Label label = 3; }
message Label { int64 key = 1; int64 str = 2; int64 num = 3; int64 num_unit = 4; }
message Mapping { uint64 id = 1; uint64 memory_start = 2; uint64 memory_limit = 3; }
message Location { uint64 id = 1; uint64 mapping_id = 2; uint64 address = 3; repeated Line line = 4; bool is_folded = 5; }
message Line { uint64 function_id = 1; int64 line = 2; }
message Function { uint64 id = 1; int64 name = 2; int64 system_name = 3; int64 filename = 4; int64 start_line = 5; }
`

interface Decoded {
  readonly sampleType: { readonly type: number; readonly unit: number }[]
  readonly sample: { readonly locationId: number[]; readonly value: number[] }[]
  readonly location: { readonly id: number; readonly line: { readonly functionId: number; readonly line: number }[] }[]
  readonly function: {
    readonly id: number
    readonly name: number
    readonly filename: number
    readonly startLine: number
  }[]
  readonly stringTable: string[]
  readonly timeNanos: number
  readonly durationNanos: number
  readonly period: number
  readonly periodType: { readonly type: number; readonly unit: number }
  readonly comment: number[]
}

/** A function of a profile, with the values of its own. */
export interface Flat {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly values: readonly number[]
}

/** A profile as a reader of pprof sees it. */
export interface PprofProfile {
  /** `cpu/nanoseconds` */
  readonly kinds: readonly string[]
  /** The functions by the last of their own values, the largest first. */
  readonly flat: readonly Flat[]
  /** The names on every stack, the innermost first. */
  readonly stacks: readonly (readonly string[])[]
  readonly durationNanos: number
  readonly timeNanos: number
  readonly period: string
  readonly comments: readonly string[]
}

const type = protobuf.parse(proto).root.lookupType('Profile')

/** Decodes a gzipped profile with protobufjs, which knows nothing of what encoded it. */
export function decodePprof(bytes: ArrayBuffer): PprofProfile {
  const message = type.decode(gunzipSync(new Uint8Array(bytes)))
  const profile = type.toObject(message, { longs: Number, arrays: true, defaults: true }) as Decoded
  const text = (index: number): string => profile.stringTable[index] ?? `no string ${index}`
  const functions = new Map(profile.function.map((each) => [each.id, each]))
  const locations = new Map(profile.location.map((each) => [each.id, each]))
  const functionAt = (location: number | undefined): Decoded['function'][number] => {
    const found = functions.get(locations.get(location ?? 0)?.line[0]?.functionId ?? 0)
    if (found === undefined) throw new Error(`no function at location ${location}`)
    return found
  }
  const flat = new Map<
    number,
    { -readonly [K in keyof Flat]: Flat[K] extends readonly number[] ? number[] : Flat[K] }
  >()
  for (const { locationId, value } of profile.sample) {
    const { id, name, filename, startLine } = functionAt(locationId[0])
    const entry = flat.get(id) ?? {
      name: text(name),
      file: text(filename),
      line: startLine,
      values: value.map(() => 0),
    }
    value.forEach((each, i) => (entry.values[i] = (entry.values[i] ?? 0) + each))
    flat.set(id, entry)
  }
  return {
    kinds: profile.sampleType.map((kind) => `${text(kind.type)}/${text(kind.unit)}`),
    flat: [...flat.values()].toSorted((a, b) => (b.values.at(-1) ?? 0) - (a.values.at(-1) ?? 0)),
    stacks: profile.sample.map(({ locationId }) => locationId.map((id) => text(functionAt(id).name))),
    durationNanos: profile.durationNanos,
    timeNanos: profile.timeNanos,
    period: `${profile.period} ${text(profile.periodType.type)}/${text(profile.periodType.unit)}`,
    comments: profile.comment.map(text),
  }
}
