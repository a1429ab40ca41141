import { LOG_NONE } from '@nightmarket/http'

import { listenForEnd } from '../role/until-stopped.ts'

// A process that is asked to stop and does not come to it, for the signals and defects of one.
const [, , defect] = process.argv
const alive = setInterval(() => undefined, 1_000)
const { stopped } = listenForEnd(LOG_NONE)
process.stdout.write('ready\n')
if (defect === 'thrown') setImmediate(() => JSON.parse('{'))
if (defect === 'rejected') void Promise.reject(new Error('a defect'))
await stopped
process.stdout.write('stopping\n')
if (defect === 'at-last') clearInterval(alive)
