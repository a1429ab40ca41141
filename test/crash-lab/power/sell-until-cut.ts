import { join } from 'node:path'

import { assert } from '@nightmarket/kernel'
import { releaseOfEvening } from '@nightmarket/kernel/testing'
import { openStall } from '@nightmarket/stall'
import { buyMug, createManualHost, createTestMarket, openEvening } from '@nightmarket/stall/testing'
import { openSqliteJournal } from '@nightmarket/storage/sqlite'

import { WITHOUT_LIMITS } from './without-limits.ts'

/**
 * A process for a power cut: a stall that sells from a journal in the folder that its first
 * argument names. Prints its certificate, then each order once its buyer would have been told.
 */
const UNITS = 1_000_000

/** Buyers at once: enough for batches of many sizes, and for a write-ahead log that is copied. */
const BUYERS = 24

const folder = process.argv[2]
assert(folder !== undefined, 'the first argument is a folder')
const market = createTestMarket()
const store = await openSqliteJournal(join(folder, 'journal.sqlite'))
const stall = await openStall(createManualHost(store, market))
await openEvening(stall, UNITS, releaseOfEvening({ terms: { deferred: WITHOUT_LIMITS } }))
say({ certificate: market.certificate, marketPublicKey: market.publicKey })

let taps = 0
await Promise.all(Array.from({ length: BUYERS }, buyOn))

async function buyOn(): Promise<void> {
  for (;;) {
    taps += 1
    const orderId = `order-${taps}`
    const answer = await stall.run(buyMug(orderId, `of-${orderId}`))
    assert(answer.status === 'accepted', 'there are units for everybody')
    const record = stall.state.orders.get(orderId as never)
    assert(record !== undefined, 'an accepted order is known')
    say({ orderId, sequence: record.sequence })
  }
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
