/** The part of Bun that is used. Its types are not imported: they would change the globals of every user. */
export interface BunRuntime {
  serve(options: object): NativeServer
}

/** What `Bun.serve` returns. */
export interface NativeServer {
  readonly port?: number
  /** Requests whose response has not been sent to the last byte. */
  readonly pendingRequests: number
  stop(closeActiveConnections?: boolean): Promise<void>
  timeout(request: Request, seconds: number): void
}

/** Bun, where the process runs on it. */
export function bunRuntime(): BunRuntime | undefined {
  const { Bun }: typeof globalThis & { readonly Bun?: BunRuntime } = globalThis
  return Bun
}
