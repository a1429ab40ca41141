import { join } from 'node:path'

import { assert } from '@nightmarket/kernel'
import { releaseOfEvening } from '@nightmarket/kernel/testing'

import { openBooks } from '../../../packages/core/src/index.ts'
import { FieldMarket } from '../../../packages/core/src/testing/field-market.ts'
import { WITHOUT_LIMITS } from './without-limits.ts'

/**
 * A process for a power cut: a core that takes the journals of two edges into books in the folder
 * that its first argument names. Prints how far each was acknowledged, once its edge would know.
 */
const UNITS = 1_000_000
const SALES_A_ROUND = 3

const folder = process.argv[2]
assert(folder !== undefined, 'the first argument is a folder')
const books = await openBooks({ path: join(folder, 'books.sqlite') })
const market = await FieldMarket.open(books, {
  mugs: UNITS,
  release: releaseOfEvening({ terms: { deferred: WITHOUT_LIMITS } }),
})
const edges = [await market.enrol('edge one'), await market.enrol('edge two')]
for (const edge of edges) await edge.sync()

for (let round = 0; ; round += 1) {
  market.travel(200)
  for (const edge of edges) {
    const sales = edge.unsold() === 0 ? 0 : SALES_A_ROUND
    for (let sale = 0; sale < sales; sale += 1) edge.buy(`${edge.nodeId}-${round}-${sale}`)
    const response = await edge.exchange()
    assert(response.status === 'ack', `an honest journal is taken: ${response.status}`)
    const { sequence, feed } = response
    const hash = edge.entries[sequence - 1]?.hash ?? ''
    const told = feed.at(-1)?.position ?? 0
    process.stdout.write(`${JSON.stringify({ nodeId: edge.nodeId, sequence, hash, told })}\n`)
  }
}
