import { deepEqual, equal } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { EXIT } from '../problem.ts'

const SCRIPT = fileURLToPath(new URL('../testing/stop-slowly.ts', import.meta.url))

/** Longer than two signals that are one: npm passes on what a terminal has sent already. */
const ANOTHER_SIGNAL_MS = 700

test('the first signal asks a process to stop, the second ends it', async () => {
  for (const [signal, exitCode] of [['SIGTERM', 143], ['SIGINT', 130]] as const) {
    const { child, lines, closed } = start('never')
    equal(await lines(), 'ready')
    child.kill(signal)
    equal(await lines(), 'stopping')
    child.kill(signal)
    await delay(ANOTHER_SIGNAL_MS)
    equal(child.exitCode, null, 'the same signal twice at once is one')
    child.kill(signal)
    deepEqual(await closed, [exitCode, null])
  }
})

test('a process that comes to its end after one signal ends well', async () => {
  const { child, lines, closed } = start('at-last')
  equal(await lines(), 'ready')
  child.kill('SIGTERM')
  deepEqual(await closed, [0, null])
})

test('a defect that nobody caught ends the process with the code of a defect', async () => {
  for (const defect of ['thrown', 'rejected']) {
    const { closed } = start(defect)
    deepEqual(await closed, [EXIT.defect, null])
  }
})

function start(defect: string) {
  const child = spawn(process.execPath, [SCRIPT, defect], { stdio: ['ignore', 'pipe', 'inherit'] })
  const iterator = createInterface(child.stdout)[Symbol.asyncIterator]()
  const closed = once(child, 'close')
  return { child, closed, lines: async () => (await iterator.next()).value as string }
}
