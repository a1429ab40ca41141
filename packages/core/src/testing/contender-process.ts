import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

import { assert, type ItemId, type NodeId } from '@nightmarket/kernel'
import { EVENING, type CounterAct, type Operation } from '@nightmarket/kernel/testing'

import type { BooksAddress } from '../database/books-database.ts'
import type { ContenderStart } from './contender.ts'

const SCRIPT = fileURLToPath(new URL('contender.ts', import.meta.url))

/** Let one core process for each node lend an item's units at once: what all of them did. */
export async function runContenders(
  address: BooksAddress,
  { nodeIds, itemId }: { readonly nodeIds: readonly NodeId[]; readonly itemId: ItemId },
): Promise<readonly Operation<CounterAct>[]> {
  const { dropId } = EVENING
  const histories = nodeIds.map((nodeId) => contend({ address, nodeId, itemId, dropId }))
  return (await Promise.all(histories)).flat()
}

async function contend(start: ContenderStart): Promise<readonly Operation<CounterAct>[]> {
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(start)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const said = await text(child.stdout)
  const [code] = await ended
  assert(code === 0, `a contender ended with ${code}: ${said}`)
  const [, operations = '[]'] = said.split('\n')
  return JSON.parse(operations) as Operation<CounterAct>[]
}
