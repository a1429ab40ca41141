import { equal, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { openTestFolder } from '../testing/process.ts'

const SCRIPT = fileURLToPath(new URL('../testing/own-a-part.ts', import.meta.url))
const GONE_MS_MAX = 20_000

test('[RU5] a part ends when the process that started it is ended with kill -9', async () => {
  using folder = openTestFolder()
  const owner = spawn(process.execPath, [SCRIPT, folder.path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(owner.stdout), 'line')) as [string]
  const { pid, url } = JSON.parse(line) as { readonly pid: number; readonly url: string }
  ok((await fetch(url)).status > 0, 'it answers')
  owner.kill('SIGKILL')
  const untilMs = performance.now() + GONE_MS_MAX
  while (isAlive(pid) && performance.now() < untilMs) await delay(50)
  equal(isAlive(pid), false)
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
