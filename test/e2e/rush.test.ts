import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'

import { findRunning } from '../../apps/nightmarket/src/market/running.ts'

const MAIN = fileURLToPath(new URL('../../apps/nightmarket/src/main.ts', import.meta.url))

function nightmarket(...words: readonly string[]) {
  return spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
}

test('a rush far larger than the stock sells each unit once, and says so to machines', async () => {
  const rush = nightmarket('rush', '--units', '60', '--buyers', '300', '--edges', '2', '--json')
  const [out, , [code]] = await Promise.all([
    text(rush.stdout),
    text(rush.stderr),
    once(rush, 'close') as Promise<[number]>,
  ])
  const report = JSON.parse(out) as Record<string, unknown>
  const { accepted, oversold, lost, openOrders, unitsStranded, verified, refused } = report
  deepEqual(
    { accepted, oversold, lost, openOrders, unitsStranded, verified, refused },
    {
      accepted: 60,
      oversold: 0,
      lost: 0,
      openOrders: 0,
      unitsStranded: 0,
      verified: true,
      refused: 0,
    },
  )
  equal(Number(report['soldOut']) + Number(report['left']), 240)
  equal(code, 0)
})

test('a demo that is interrupted ends what it started and removes its folder', async () => {
  const demo = nightmarket('demo')
  const ended = once(demo, 'close') as Promise<[number]>
  demo.stdout.resume()
  const folder = await folderOf(demo.stderr)
  const pids = pidsOf(folder)
  equal(pids.length, 5)
  demo.kill('SIGINT')
  const [code] = await ended
  equal(code, 130)
  ok(!existsSync(folder), 'the folder is gone')
  deepEqual(pids.filter(isAlive), [])
})

/** What the demo says of itself once everything listens. */
async function folderOf(stderr: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(stderr)) {
    const folder = /Its folder is (\S+)\.$/.exec(line)?.[1]
    if (folder !== undefined) {
      stderr.resume()
      return folder
    }
  }
  throw new Error('the demo said nothing of its folder')
}

/** The processes of a market, as its folder names them. */
function pidsOf(folder: string): readonly number[] {
  const places = [folder, ...globSync(join(folder, 'edges', '*')), join(folder, 'sandbox')]
  return places.flatMap((place) => findRunning(place)?.pid ?? [])
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
