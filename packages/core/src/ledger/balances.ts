import type { Currency, PartyId } from '@nightmarket/kernel'
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import type { Books } from '../database/books-tables.ts'
import type { Transaction } from 'kysely'

/** One account's balance in one currency, minor units; debits positive. */
export interface AccountBalance {
  readonly account: string
  readonly currency: Currency
  readonly balanceMinor: number
}

/** Every account's balance, by account and currency. */
export async function readBalances(core: Pick<Core, 'books'>): Promise<readonly AccountBalance[]> {
  return core.books.read('balances', (trx) => balancesOf(trx))
}

/** The same inside a transaction of the caller's. */
export async function balancesOf(trx: Transaction<Books>): Promise<readonly AccountBalance[]> {
  return trx
    .selectFrom('posting')
    .select(['account', 'currency', sumOf().as('balanceMinor')])
    .groupBy(['account', 'currency'])
    .orderBy('account')
    .orderBy('currency')
    .execute()
}

/** The sum of all postings per currency: nothing but zeros, or the books are broken. [LB3] */
export async function readTrialBalance(
  core: Pick<Core, 'books'>,
): Promise<ReadonlyMap<Currency, number>> {
  const rows = await core.books.read('trial balance', (trx) =>
    trx
      .selectFrom('posting')
      .select(['currency', sumOf().as('sumMinor')])
      .groupBy('currency')
      .execute(),
  )
  return new Map(rows.map((row) => [row.currency, row.sumMinor]))
}

/** One line of a party's statement. What the party is owed rises with a positive amount. */
export interface StatementLine {
  readonly entryId: string
  readonly kind: string
  readonly orderId: string | null
  readonly atMs: number
  readonly amountMinor: number
  readonly currency: Currency
}

/** The lines a page of a statement may hold. [S7] */
export const STATEMENT_LINES_MAX = 1_000

/**
 * What a party was credited and debited, oldest first, after the entry named by `after`. [LB4]
 *
 * The sum of all its lines is what the market owes the party.
 */
export async function readStatement(
  core: Pick<Core, 'books'>,
  partyId: PartyId,
  page: { readonly after?: StatementLine; readonly limit: number },
): Promise<readonly StatementLine[]> {
  const limit = Math.min(page.limit, STATEMENT_LINES_MAX)
  const { after } = page
  return core.books.read('statement', (trx) => {
    let lines = trx
      .selectFrom('posting')
      .innerJoin('ledger_entry', 'ledger_entry.entry_id', 'posting.entry_id')
      .select([
        'ledger_entry.entry_id as entryId',
        'ledger_entry.kind',
        'ledger_entry.order_id as orderId',
        'ledger_entry.at_ms as atMs',
        sql<number>`-posting.amount_minor`.as('amountMinor'),
        'posting.currency',
      ])
      .where('posting.account', '=', `liability:party:${partyId}`)
    if (after !== undefined) {
      lines = lines.where((where) =>
        where.or([
          where('ledger_entry.at_ms', '>', after.atMs),
          where.and([
            where('ledger_entry.at_ms', '=', after.atMs),
            where('ledger_entry.entry_id', '>', after.entryId),
          ]),
        ]),
      )
    }
    return lines.orderBy('at_ms').orderBy('ledger_entry.entry_id').limit(limit).execute()
  })
}

/** PostgreSQL sums integers as `numeric`; the cast keeps it a whole number on both engines. */
function sumOf() {
  return sql<number>`cast(sum(amount_minor) as bigint)`
}
