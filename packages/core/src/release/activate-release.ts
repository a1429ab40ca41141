import {
  type Activation,
  err,
  LEASE_MARGIN_MS,
  ok,
  poolUnits,
  type Release,
  type ReleaseId,
  type Result,
} from '@nightmarket/kernel'
import type { Transaction } from 'kysely'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import type { Books } from '../database/books-tables.ts'
import { appendFeedToAll } from '../feed/append-feed.ts'
import { shareStock } from '../stock/share-stock.ts'
import { activationOf, findActivation, findRelease, releaseDecision } from './active-release.ts'

/** Why the current release stays. */
export type ActivationRejection =
  | { readonly code: 'release_unknown'; readonly releaseId: ReleaseId }
  | { readonly code: 'nothing_to_roll_back_to' }
  /** Somebody else activated another one meanwhile. */
  | { readonly code: 'activation_moved'; readonly number: number }

type Answer = Result<Activation, ActivationRejection>

/** What a person saw when they decided, so that two of them do not undo each other. */
export interface ActivationFence {
  readonly expectedNumber?: number
}

/**
 * Make a release current: a new number, told to every active node in the same transaction.
 *
 * - [RL2] A number never falls and is never used again. [I21]
 * - [RL3] Activating what is active changes nothing, so that repeating a lost request is safe.
 * - [RL4] The stock that its drops may lend follows it; what is lent already stays lent.
 */
export async function activateRelease(
  core: Core,
  releaseId: ReleaseId,
  fence: ActivationFence = {},
): Promise<Result<Activation, ActivationRejection>> {
  const activated = await core.books.transact('activate', async (trx): Promise<Answer> => {
    const active = await findActivation(trx)
    if (active?.releaseId === releaseId) return ok(active)
    if (isMoved(active, fence)) return err(moved(active))
    return activate(core, trx, { active, releaseId, reason: 'activate' })
  })
  if (activated.ok) await shareStock(core)
  return activated
}

/**
 * Go back to the release that was active before: a new number with old content. [RL5, O6]
 *
 * Rolling back again goes one further back, not forth.
 */
export async function rollbackRelease(
  core: Core,
  fence: ActivationFence = {},
): Promise<Result<Activation, ActivationRejection>> {
  const activated = await core.books.transact('roll back', async (trx): Promise<Answer> => {
    const history = await readActivations(trx)
    const active = history.at(-1) ?? null
    if (isMoved(active, fence)) return err(moved(active))
    const releaseId = previousRelease(history)
    if (releaseId === null) return err({ code: 'nothing_to_roll_back_to' })
    return activate(core, trx, { active, releaseId, reason: 'rollback' })
  })
  if (activated.ok) await shareStock(core)
  return activated
}

function isMoved(active: Activation | null, { expectedNumber }: ActivationFence): boolean {
  return expectedNumber !== undefined && expectedNumber !== (active?.number ?? 0)
}

function moved(active: Activation | null): ActivationRejection {
  return { code: 'activation_moved', number: active?.number ?? 0 }
}

/** An activation goes on the pile, a rollback takes the topmost off. */
export function previousRelease(history: readonly Activation[]): ReleaseId | null {
  const pile: ReleaseId[] = []
  for (const { reason, releaseId } of history) {
    if (reason === 'rollback') pile.pop()
    else pile.push(releaseId)
  }
  return pile.at(-2) ?? null
}

async function activate(
  core: Core,
  trx: BooksTransaction,
  next: {
    readonly active: Activation | null
    readonly releaseId: ReleaseId
    readonly reason: Activation['reason']
  },
): Promise<Result<Activation, ActivationRejection>> {
  const { releaseId, reason } = next
  const release = await findRelease(trx, releaseId)
  if (release === null) return err({ code: 'release_unknown', releaseId })
  const number = (next.active?.number ?? 0) + 1
  const activation = { number, releaseId, activatedAtMs: core.nowMs(), reason }
  await trx
    .insertInto('activation')
    .values({ number, release_id: releaseId, reason, activated_at_ms: activation.activatedAtMs })
    .execute()
  await storePools(trx, release)
  await closeOtherPools(trx, release, activation.activatedAtMs)
  await appendFeedToAll(core, trx, await releaseDecision(trx, activation))
  return ok(activation)
}

async function storePools(trx: BooksTransaction, release: Release): Promise<void> {
  for (const drop of release.drops) {
    const times = {
      opens_at_ms: drop.opensAtMs,
      closes_at_ms: drop.closesAtMs,
      sell_until_ms: drop.closesAtMs + release.terms.holdMs + LEASE_MARGIN_MS,
    }
    for (const [item_id, units] of poolUnits(drop, release)) {
      await trx
        .insertInto('drop_pool')
        .values({ drop_id: drop.dropId, item_id, units, ...times })
        .onConflict((conflict) =>
          conflict.columns(['drop_id', 'item_id']).doUpdateSet({ units, ...times }),
        )
        .execute()
    }
  }
}

/**
 * A drop that the new release no longer has closes when the promises made for it have ended; its
 * unsold units then go back and on to where people want them. [RL7, L7]
 */
async function closeOtherPools(
  trx: BooksTransaction,
  { drops, terms }: Release,
  nowMs: number,
): Promise<void> {
  const kept = drops.map(({ dropId }) => dropId as string)
  const closesAtMs = nowMs + terms.honourMs
  await trx
    .updateTable('drop_pool')
    .set({ closes_at_ms: closesAtMs, sell_until_ms: closesAtMs + terms.holdMs + LEASE_MARGIN_MS })
    .$if(kept.length > 0, (pools) => pools.where('drop_id', 'not in', kept))
    .where('closes_at_ms', '>', closesAtMs)
    .execute()
}

async function readActivations(trx: BooksTransaction): Promise<readonly Activation[]> {
  const rows = await trx.selectFrom('activation').selectAll().orderBy('number').execute()
  return rows.map(activationOf)
}

/** A release and when it was current, newest first; one that never was comes with no numbers. */
export interface ReleaseSummary {
  readonly releaseId: ReleaseId
  readonly showId: string
  readonly title: string
  readonly createdAtMs: number
  readonly isActive: boolean
  readonly activations: readonly Activation[]
  /** Tips out of wallets that were opened under it. */
  readonly tipsMinor: number
}

/** Every release that was applied, newest first. */
export async function listReleases(
  core: Pick<Core, 'books'>,
): Promise<readonly ReleaseSummary[]> {
  return core.books.read('list releases', async (trx) => {
    const rows = await trx
      .selectFrom('release')
      .selectAll()
      .orderBy('created_at_ms', 'desc')
      .orderBy('release_id')
      .execute()
    const activations = await trx.selectFrom('activation').selectAll().orderBy('number').execute()
    const active = activations.at(-1)?.release_id
    const tips = await tipsByRelease(trx)
    return rows.map((row) => ({
      releaseId: row.release_id as ReleaseId,
      showId: row.show_id,
      title: (JSON.parse(row.content) as Release).show.title,
      createdAtMs: row.created_at_ms,
      isActive: row.release_id === active,
      activations: activations
        .filter((activation) => activation.release_id === row.release_id)
        .map(activationOf),
      tipsMinor: tips.get(row.release_id) ?? 0,
    }))
  })
}

async function tipsByRelease(trx: Transaction<Books>): Promise<ReadonlyMap<string, number>> {
  const rows = await trx
    .selectFrom('tip')
    .innerJoin('wallet', 'wallet.wallet_id', 'tip.wallet_id')
    .select(['wallet.release_id', ({ fn }) => fn.sum<number>('tip.amount_minor').as('sum')])
    .groupBy('wallet.release_id')
    .execute()
  return new Map(rows.map(({ release_id: releaseId, sum }) => [releaseId, Number(sum)]))
}
