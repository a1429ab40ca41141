import { parentPort, workerData } from 'node:worker_threads'

import { assert } from '@nightmarket/kernel'

import { errorToProblem } from '../command-line/error-to-problem.ts'
import { startCore } from './start-core.ts'
import { startSandbox } from './start-sandbox.ts'
import type { RoleReply, RoleRequest, RoleStart } from './role-thread.ts'
import type { RunningRole } from './running-role.ts'

// Entry of a role's thread: starts it, says where it is, and ends when it is asked to.
assert(parentPort !== null, 'a role is started as a thread')
const port = parentPort
const reply = (message: RoleReply) => port.postMessage(message)

try {
  const running = await start(workerData as RoleStart)
  port.once('message', (request: RoleRequest) => {
    assert(request.type === 'stop', 'a running role can only be stopped')
    void stop(running)
  })
  reply({ type: 'ready', port: running.port, url: running.url })
} catch (error) {
  const { code, title, detail, wayOut, exitCode } = errorToProblem(error)
  const more = { ...(detail === null ? {} : { detail }), ...(wayOut === null ? {} : { wayOut }) }
  reply({ type: 'refused', problem: { code, title, ...more }, exitCode })
}

function start(wanted: RoleStart): Promise<RunningRole> {
  if (wanted.role === 'sandbox') return startSandbox(wanted.options)
  return startCore(wanted.options, throwLater)
}

/** Uncaught, it ends the thread, and the process hears why. */
function throwLater(error: unknown): void {
  setImmediate(() => {
    throw error
  })
}

async function stop(running: RunningRole): Promise<void> {
  await running[Symbol.asyncDispose]()
  reply({ type: 'stopped' })
  port.close()
}
