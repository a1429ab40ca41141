import { equal, match, ok } from 'node:assert/strict'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'

import { buyOne, until } from '../testing/buy.ts'
import { openTestFolder, runForJson, runNightmarket, startNightmarket } from '../testing/process.ts'
import { writeSmallShow } from '../testing/small-show.ts'

interface Nodes {
  readonly nodes: readonly { readonly nodeId: string; readonly state: string }[]
}

interface Verified {
  readonly verified: boolean
}

test('a market whose journal is damaged says the way out, and the way leads out', async () => {
  using folder = openTestFolder()
  const market = `${folder.path}/market`
  const data = ['--data', market]
  const up = ['up', '--port', '0', ...data]
  const edgeFolder = join(market, 'edges', 'main')
  {
    await using first = await startNightmarket(up)
    await openShow(folder.path, data)
    await sellOne(first.addresses['edge'] ?? '', 'mug:blue')
  }
  damage(join(edgeFolder, 'journal.db'))
  const refused = await runNightmarket(up)
  equal(refused.exitCode, 1)
  const [, lost = ''] = /nodes revoke (\S+),/.exec(refused.error.replaceAll(/\s+/g, ' ')) ?? []
  match(refused.error, /journal of the edge/)
  renameSync(edgeFolder, join(folder.path, 'damaged'))
  await using again = await startNightmarket(up)
  const { nodes } = await runForJson<Nodes>(['nodes', ...data])
  ok(nodes.some(({ nodeId }) => nodeId === lost), `${lost} is a node of the market`)
  await runForJson(['nodes', 'revoke', lost, ...data])
  await runForJson(['nodes', 'write-off', lost, '--counted', 'mug:blue=3', ...data])
  await sellOne(again.addresses['edge'] ?? '', 'mug:blue')
  const { verified } = await runForJson<Verified>(['verify', ...data])
  equal(verified, true)
})

async function openShow(folder: string, data: readonly string[]): Promise<void> {
  const { csv, show } = writeSmallShow(folder)
  await runForJson(['import', csv, ...data])
  await runForJson(['show', 'apply', show, ...data])
}

async function sellOne(edge: string, variant: string): Promise<void> {
  const sold = await until(
    () => buyOne(edge, variant).catch(() => ({ status: 0 })),
    ({ status }) => status === 201,
  )
  equal(sold.status, 201)
}

/** One character of one entry, as a bit that turned over on the disk. */
function damage(path: string): void {
  using journal = new DatabaseSync(path)
  journal.exec("UPDATE entry SET text = replace(text, 'nodeId', 'nodeld') WHERE sequence = 2")
}
