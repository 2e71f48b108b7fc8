import { render } from 'preact'
import { App } from './app.tsx'
import { startLive } from './state/live.ts'
import { startLogs } from './state/logs.ts'
import { startMeta } from './state/meta.ts'
import { startHealth } from './state/health.ts'
import { startRequests } from './state/requests.ts'
import 'uplot/dist/uPlot.min.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/controls.css'
import './styles/table.css'
import './styles/details.css'
import './styles/waterfall.css'
import './styles/views.css'

startLive()
startMeta()
startHealth()
startRequests()
startLogs()
render(<App />, document.body)
