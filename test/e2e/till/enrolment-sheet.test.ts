import { deepEqual, equal, match } from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import {
  openTestFolder,
  runForJson,
  runNightmarket,
} from '../../../apps/nightmarket/src/testing/process.ts'
import { readCodes } from './picture-code.ts'

test('a sheet has the address that enrols a till, as its scanner reads it', async () => {
  using folder = openTestFolder()
  const market = ['--data', join(folder.path, 'market')]
  const words = ['enrol', '--till', '--name', 'bar <1>', '--at', 'https://market.example']
  const png = join(folder.path, 'bar.png')
  const made = await runForJson<{ url: string }>([...words, '--qr', png, ...market])
  deepEqual(await readCodes(readFileSync(png)), [made.url])
  equal(statSync(png).mode & 0o777, 0o600)
  const svg = join(folder.path, 'bar.svg')
  const { code } = await runForJson<{ code: string }>([...words, '--qr', svg, ...market])
  const text = readFileSync(svg, 'utf8')
  match(text, new RegExp(`>${code}<`))
  match(text, /A till: bar &lt;1&gt;/)
  const refused = await runNightmarket([...words, '--qr', 'bar.pdf', ...market])
  equal(refused.exitCode, 2)
  match(refused.error, /ends in \.svg or \.png/)
})
