/** The environment with which another service reports to this console. */
export function reportHere(): string {
  const here = new URL('.', document.baseURI).href.replace(/\/$/, '')
  return `OTEL_EXPORTER_OTLP_ENDPOINT=${here}\nOTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`
}
