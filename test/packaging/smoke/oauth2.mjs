import { strictEqual as equal } from 'node:assert'
import { OAuth2Error } from '@seaworthy/oauth2/client'

equal(new OAuth2Error('ERR_OAUTH2_OPTION', 'x').code, 'ERR_OAUTH2_OPTION')
console.log('ok')
