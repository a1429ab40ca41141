import type { FeedDecision } from '@nightmarket/kernel'
import type { Transaction } from 'kysely'

import type { Books, Row } from '../database/books-tables.ts'

/** The decisions that a journal answers with effects on stock or orders. */
export type ToldDecision = Extract<
  FeedDecision,
  { readonly type: 'lease.recalled' | 'payment.settled' | 'order.moved' }
>

/** Positions this near to each other are read together: an honest journal names them in a row. */
const GAP_MAX = 64

/**
 * What a node was told at the feed positions that its journal names. A position that was never
 * given out is left out, so that nothing that is said to follow from it is believed. [LE4]
 */
export async function readTold(
  trx: Transaction<Books>,
  node: Row<'node'>,
  named: ReadonlySet<number>,
): Promise<ReadonlyMap<number, ToldDecision>> {
  const positions = [...named]
    .filter((position) => position <= node.feed_head)
    .toSorted((a, b) => a - b)
  const told = new Map<number, ToldDecision>()
  for (const { first, last } of runsOf(positions)) {
    const rows = await trx
      .selectFrom('feed')
      .select(['position', 'type', 'body'])
      .where('node_id', '=', node.node_id)
      .where('epoch', '=', node.epoch)
      .where('position', '>=', first)
      .where('position', '<=', last)
      .where('type', 'in', ['lease.recalled', 'payment.settled', 'order.moved'])
      .execute()
    for (const { position, type, body } of rows) {
      told.set(position, { type, body: JSON.parse(body) as unknown } as ToldDecision)
    }
  }
  return told
}

interface Run {
  readonly first: number
  last: number
}

function runsOf(positions: readonly number[]): readonly Run[] {
  const runs: Run[] = []
  for (const position of positions) {
    const run = runs.at(-1)
    if (run !== undefined && position - run.last <= GAP_MAX) run.last = position
    else runs.push({ first: position, last: position })
  }
  return runs
}
