import { writeSync } from 'node:fs'
import { isSeaworthyError } from '@seaworthy/middleware'
import { StartError } from './start-error.ts'

/**
 * Starts a service, or ends the process with 1. What a person can mend is told in one line; of anything else, which
 * is a defect, the stack is shown.
 *
 * @param name - The service, for the line.
 */
export async function startOrExit(name: string, start: () => Promise<unknown>): Promise<void> {
  try {
    await start()
  } catch (error) {
    if (!(error instanceof StartError || isSeaworthyError(error))) throw error
    // Written at once: what is still in a stream's buffer is lost at exit.
    writeSync(2, `${name}: ${error.message}${cureOf(error, name)}\n`)
    process.exit(1)
  }
}

function cureOf(error: Error, name: string): string {
  const isAboutListening = 'code' in error && String(error.code).startsWith('ERR_SERVER_')
  return isAboutListening ? ` ${name.toUpperCase()}_HTTP_ADDR says where it listens.` : ''
}
