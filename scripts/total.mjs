// Adds up what the parts of the check left under .results/. Plain JavaScript: it runs on the machine's own Node.
import { readFileSync } from 'node:fs'

const total = { passed: 0, failed: 0, skipped: 0 }
for (const part of process.argv.slice(2)) {
  try {
    const tally = JSON.parse(readFileSync(new URL(`../.results/${part}.tally.json`, import.meta.url), 'utf8'))
    for (const key of Object.keys(total)) total[key] += tally[key]
  } catch {
    console.log(`${part} left no result`)
    total.failed++
  }
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
