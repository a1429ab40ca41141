import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, test } from 'node:test'

import fc from 'fast-check'

import type { NodeId, PartyId } from '../id.ts'
import {
  assertBalanced,
  cardCaptured,
  cardRefunded,
  cashRefunded,
  cashSold,
  disputeLost,
  disputeOpened,
  disputeWon,
  lossBooked,
  unmatchedCaptured,
  unmatchedRefunded,
  voucherIssued,
  voucherRedeemed,
  voucherRefunded,
  walletCaptured,
  walletDrawn,
  walletLost,
  walletTipped,
  type LedgerDraft,
  type SplitMoney,
} from './posting.ts'
import { splitAmount, splitRefund } from './split.ts'

const shares = [
  { partyId: 'creator' as PartyId, basisPoints: 8000 },
  { partyId: 'co-op' as PartyId, basisPoints: 1500 },
  { partyId: 'platform' as PartyId, basisPoints: 500 },
]
const processor = 'stripe'
const nodeId = 'till-1' as NodeId
const currency = 'EUR'

describe('ledger entries', () => {
  test('[LG8] a captured card pays the split of the whole price, the fee is the market’s', () => {
    const draft = cardCaptured({ ...money(999), processor, feeMinor: 44 })
    deepEqual(balancesOf([draft]), {
      'asset:processor:stripe': 955,
      'liability:party:creator': -799,
      'liability:party:co-op': -150,
      'liability:party:platform': -50,
      'expense:processor-fee': 44,
    })
  })

  test('[LG9] what is drawn from a wallet is an asset until its one capture, or a loss', () => {
    const drawn = [walletDrawn(money(999)), walletTipped(money(101))]
    equal(balancesOf(drawn)['asset:wallet'], 1_100)
    const charge = { processor, amountMinor: 1_100, feeMinor: 42, currency }
    const captured = balancesOf([...drawn, walletCaptured(charge)])
    deepEqual([captured['asset:wallet'] ?? 0, captured['asset:processor:stripe']], [0, 1_058])
    const lost = balancesOf([...drawn, walletLost(1_100, currency)])
    deepEqual([lost['asset:wallet'] ?? 0, lost['expense:loss']], [0, 1_100])
    deepEqual([...drawn, walletCaptured(charge)].map(({ kind }) => kind), [
      'wallet.drawn',
      'wallet.tipped',
      'wallet.captured',
    ])
  })

  test('[LG6] postings that do not cancel out are a defect', () => {
    const debit = { account: 'expense:loss', amountMinor: 1, currency } as const
    const credit = { account: 'liability:voucher', amountMinor: -1, currency } as const
    assertBalanced([debit, credit])
    throws(() => assertBalanced([debit]), /balance in EUR/)
    throws(() => assertBalanced([debit, { ...credit, currency: 'USD' }]), /balance in EUR/)
    throws(() => assertBalanced([debit, { ...credit, amountMinor: 0 }]), /move something/)
    throws(() => assertBalanced([{ ...debit, amountMinor: 0.5 }]), /whole/)
    throws(() => cashSold({ ...money(100), nodeId, amountMinor: 101 }), /legs/)
    throws(() => voucherIssued(0, currency), /above zero/)
  })

  test('[LG6] every kind of entry balances, whatever the amounts', () => {
    const amount = fc.integer({ min: 1, max: 1_000_000_000 })
    fc.assert(
      fc.property(amount, fc.nat({ max: 5_000 }), (amountMinor, feeMinor) => {
        for (const draft of everyKind(amountMinor, feeMinor)) assertBalanced(draft.postings)
        equal(new Set(everyKind(amountMinor, feeMinor).map((draft) => draft.kind)).size, 13)
      }),
    )
  })

  test('[LG6] a sale that is refunded in any steps leaves only the fee', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 8 }),
        (capturedMinor, wanted) => {
          const drafts = [cardCaptured({ ...money(capturedMinor), processor, feeMinor: 30 })]
          let refunded = 0
          for (const wish of [...wanted, capturedMinor]) {
            const amountMinor = Math.min(wish, capturedMinor - refunded)
            if (amountMinor === 0) break
            const legs = splitRefund(shares, capturedMinor, refunded, amountMinor)
            drafts.push(cardRefunded({ amountMinor, currency, legs, processor }))
            refunded += amountMinor
          }
          const left = { 'asset:processor:stripe': -30, 'expense:processor-fee': 30 }
          deepEqual(balancesOf(drafts), left)
        },
      ),
    )
  })

  test('a voucher given, spent and refunded ends where it began', () => {
    const drafts = [
      voucherIssued(500, currency),
      voucherRedeemed(money(500)),
      voucherRefunded(money(500)),
    ]
    deepEqual(balancesOf(drafts), { 'expense:goodwill': 500, 'liability:voucher': -500 })
  })

  test('a dispute that is won leaves the sale, and one that is lost reverses it', () => {
    const sale = cardCaptured({ ...money(1000), processor, feeMinor: 0 })
    const opened = disputeOpened({ processor, amountMinor: 1000, feeMinor: 20, currency })
    const won = disputeWon({ processor, amountMinor: 1000, feeMinor: 20, currency })
    deepEqual(balancesOf([sale, opened, won]), balancesOf([sale]))
    deepEqual(balancesOf([sale, opened, disputeLost(money(1000))]), {
      'asset:processor:stripe': -20,
      'expense:processor-fee': 20,
    })
  })

  test('[LG7] goods that are gone are the market’s loss, and the parties are whole', () => {
    const sale = cashSold({ ...money(1000), nodeId })
    const refund = cashRefunded({ ...money(1000), nodeId })
    deepEqual(balancesOf([sale, refund, lossBooked(money(1000))]), {
      'liability:party:creator': -800,
      'liability:party:co-op': -150,
      'liability:party:platform': -50,
      'expense:loss': 1000,
    })
  })
})

function money(amountMinor: number): SplitMoney {
  return { amountMinor, currency, legs: splitAmount(amountMinor, shares) }
}

function everyKind(amountMinor: number, feeMinor: number): readonly LedgerDraft[] {
  const split = money(amountMinor)
  const charge = { processor, amountMinor, feeMinor, currency }
  return [
    cardCaptured({ ...split, processor, feeMinor }),
    cardRefunded({ ...split, processor }),
    cashSold({ ...split, nodeId }),
    cashRefunded({ ...split, nodeId }),
    voucherIssued(amountMinor, currency),
    voucherRedeemed(split),
    voucherRefunded(split),
    disputeOpened(charge),
    disputeWon(charge),
    disputeLost(split),
    lossBooked(split),
    unmatchedCaptured(charge),
    unmatchedRefunded(charge),
  ]
}

function balancesOf(drafts: readonly LedgerDraft[]): Record<string, number> {
  const balances = new Map<string, number>()
  for (const { account, amountMinor } of drafts.flatMap((draft) => draft.postings)) {
    balances.set(account, (balances.get(account) ?? 0) + amountMinor)
  }
  return Object.fromEntries([...balances].filter(([, balance]) => balance !== 0))
}
