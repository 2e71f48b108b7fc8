import protobuf from 'protobufjs'

/** The messages of OTLP 1.x by their field numbers, as far as the tests look at them. */
const schema = `
syntax = "proto3";
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
message AnyValue { oneof value {
  string stringValue = 1; bool boolValue = 2; int64 intValue = 3; double doubleValue = 4;
  ArrayValue arrayValue = 5; KeyValueList kvlistValue = 6; bytes bytesValue = 7;
} }
message KeyValue { string key = 1; AnyValue value = 2; }
message Scope { string name = 1; string version = 2; }
message Resource { repeated KeyValue attributes = 1; }

message Traces { repeated ResourceSpans resourceSpans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scopeSpans = 2; }
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
message Span {
  bytes traceId = 1; bytes spanId = 2; string traceState = 3; bytes parentSpanId = 4; fixed32 flags = 16;
  string name = 5; int32 kind = 6; fixed64 startTimeUnixNano = 7; fixed64 endTimeUnixNano = 8;
  repeated KeyValue attributes = 9; uint32 droppedAttributesCount = 10; repeated Event events = 11;
  uint32 droppedEventsCount = 12; repeated Link links = 13; uint32 droppedLinksCount = 14; Status status = 15;
}
message Event { fixed64 timeUnixNano = 1; string name = 2; repeated KeyValue attributes = 3; uint32 droppedAttributesCount = 4; }
message Link { bytes traceId = 1; bytes spanId = 2; repeated KeyValue attributes = 4; uint32 droppedAttributesCount = 5; }
message Status { string message = 2; int32 code = 3; }

message Logs { repeated ResourceLogs resourceLogs = 1; }
message ResourceLogs { Resource resource = 1; repeated ScopeLogs scopeLogs = 2; }
message ScopeLogs { Scope scope = 1; repeated LogRecord logRecords = 2; }
message LogRecord {
  fixed64 timeUnixNano = 1; int32 severityNumber = 2; string severityText = 3; AnyValue body = 5;
  repeated KeyValue attributes = 6; uint32 droppedAttributesCount = 7; fixed32 flags = 8;
  bytes traceId = 9; bytes spanId = 10; fixed64 observedTimeUnixNano = 11;
}

message Metrics { repeated ResourceMetrics resourceMetrics = 1; }
message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scopeMetrics = 2; }
message ScopeMetrics { Scope scope = 1; repeated Metric metrics = 2; }
message Metric {
  string name = 1; string description = 2; string unit = 3;
  oneof data { Gauge gauge = 5; Sum sum = 7; Histogram histogram = 9; ExponentialHistogram exponentialHistogram = 10; }
}
message Gauge { repeated NumberPoint dataPoints = 1; }
message Sum { repeated NumberPoint dataPoints = 1; int32 aggregationTemporality = 2; bool isMonotonic = 3; }
message Histogram { repeated HistogramPoint dataPoints = 1; int32 aggregationTemporality = 2; }
message ExponentialHistogram { repeated ExponentialPoint dataPoints = 1; int32 aggregationTemporality = 2; }
message NumberPoint {
  repeated KeyValue attributes = 7; fixed64 startTimeUnixNano = 2; fixed64 timeUnixNano = 3;
  oneof value { double asDouble = 4; sfixed64 asInt = 6; }
}
message HistogramPoint {
  repeated KeyValue attributes = 9; fixed64 count = 4; double sum = 5;
  repeated fixed64 bucketCounts = 6; repeated double explicitBounds = 7;
}
message ExponentialPoint { repeated KeyValue attributes = 1; fixed64 count = 4; double sum = 5; sint32 scale = 6; }
`

const { root } = protobuf.parse(schema, { keepCase: true })

/** Decodes a binary OTLP request into the shape that OTLP's JSON has. */
export function decodeProtobuf(type: 'Traces' | 'Metrics' | 'Logs', bytes: Uint8Array): unknown {
  const message = root.lookupType(type)
  return message.toObject(message.decode(bytes), { longs: String, arrays: true })
}
