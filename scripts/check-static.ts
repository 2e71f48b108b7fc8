import { checkSteps } from './static-steps.ts'
import { runSteps } from './steps.ts'
import { close } from './tally.ts'

close('static', await runSteps(checkSteps(process.argv.slice(2))))
