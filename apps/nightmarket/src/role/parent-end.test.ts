import { equal, match } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { openTestFolder } from '../testing/process.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

test('what npm started stops in order when the shell between is gone', async () => {
  using folder = openTestFolder()
  const script = '"$0" "$1" sandbox --port 0 --data "$2"; exit $?'
  const shell = spawn('sh', ['-c', script, process.execPath, MAIN, `${folder.path}/market`], {
    env: { ...process.env, npm_command: 'exec' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  await new Promise<void>((resolve) => {
    shell.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (/^ready .*\n/m.test(said)) resolve()
    })
  })
  const address = /^ready sandbox=(\S+)$/m.exec(said)?.[1] ?? ''
  match(address, /^http:/)
  const silent = once(shell.stdout, 'end', { signal: AbortSignal.timeout(20_000) })
  shell.kill('SIGTERM')
  await silent
  equal(await fetch(address).then(() => 'answers', () => 'gone'), 'gone')
})
