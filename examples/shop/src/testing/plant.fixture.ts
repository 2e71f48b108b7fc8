import { metrics, trace } from '@opentelemetry/api'
import { log } from '@seaworthy/log'

// Loaded into a service before it starts: leaks a word into everything that a service writes, again and again.
const word = process.env['PLANTED'] ?? ''

setInterval(() => {
  log.debug(word)
  trace.getTracer('plant').startSpan(word).end()
  metrics.getMeter('plant').createCounter('planted').add(1, { word })
  process.stderr.write(`${word}\n`)
}, 100).unref()
