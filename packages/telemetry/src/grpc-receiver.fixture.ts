import { Server, ServerCredentials, type ServerUnaryCall } from '@grpc/grpc-js'
import { decodeProtobuf } from './otlp-messages.fixture.ts'
import { addReceived, type Received } from './received.fixture.ts'

/** A collector for tests that speaks OTLP over gRPC. */
export interface GrpcReceiver extends Received {
  readonly port: number
  readonly metadata: Record<string, unknown>[]
  close(): void
}

const services = {
  Traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  Metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
  Logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
} as const

/** Starts a gRPC receiver on a free port of the loopback. */
export async function grpcReceiver(
  credentials: ServerCredentials = ServerCredentials.createInsecure(),
): Promise<GrpcReceiver> {
  const server = new Server()
  const received: Received & { metadata: Record<string, unknown>[] } = {
    spans: [],
    logs: [],
    metrics: [],
    metadata: [],
  }
  for (const type of ['Traces', 'Metrics', 'Logs'] as const) {
    const definition = {
      path: services[type],
      requestStream: false,
      responseStream: false,
      requestSerialize: (bytes: Buffer) => bytes,
      requestDeserialize: (bytes: Buffer) => bytes,
      responseSerialize: (bytes: Buffer) => bytes,
      responseDeserialize: (bytes: Buffer) => bytes,
    } as const
    server.addService(
      { export: definition },
      {
        export: (call: ServerUnaryCall<Buffer, Buffer>, done: (error: null, answer: Buffer) => void) => {
          received.metadata.push(call.metadata.getMap())
          addReceived(received, decodeProtobuf(type, call.request))
          done(null, Buffer.alloc(0))
        },
      },
    )
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)))
  })
  return { ...received, port, close: () => server.forceShutdown() }
}
