import {
  assert,
  type Checkpoint,
  type FeedItem,
  type FrontierState,
  type Hash,
  HASH_ZERO,
  type NodeId,
} from '@nightmarket/kernel'
import {
  cosign,
  EXCHANGE_ENTRIES_MAX,
  EXCHANGE_FEED_ITEMS_MAX,
  type ExchangeAck,
  type ExchangePlan,
  type ExchangeRefused,
  type ExchangeRequest,
  type ExchangeResponse,
  type KnownJournal,
  planExchange,
  PROTOCOL_VERSION,
} from '@nightmarket/sync'
import type { Transaction } from 'kysely'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import type { Books, Row } from '../database/books-tables.ts'
import { readFeed } from '../feed/append-feed.ts'
import { skipFeed } from '../feed/skip-feed.ts'
import { findNode } from '../node/enrol-node.ts'
import { isSameDemand, observeDemand, parseDemand } from '../stock/pool-demand.ts'
import { isReachable } from '../stock/pool-state.ts'
import { shareStock } from '../stock/share-stock.ts'
import { collectNames } from './batch-names.ts'
import { foldEntry } from './fold-entry.ts'
import { foldTools } from './fold-tools.ts'
import { loadBatch } from './load-batch.ts'
import { receiveFork } from './receive-fork.ts'
import { storeEntries, writeBatch } from './write-batch.ts'

/** How old the books' memory of having seen a node may get while it has nothing to say. */
const SEEN_AGAIN_MS = 10_000

type Accept = Extract<ExchangePlan, { readonly status: 'accept' }>

/** What the books said when the plan was made. It is made again if they say something else. */
interface Planned {
  readonly node: Row<'node'>
  readonly plan: ExchangePlan
}

/**
 * The parent's end of an exchange: journal up, feed down.
 *
 * - [JR1] Entries, their effects, the high-water mark and the feed's acknowledgement are one
 *   transaction: each entry takes effect once, however often it is sent. [S1, I9]
 * - [S4] The answer acknowledges what is durable, with the parent's signature over the checkpoint.
 * - [JR3] The node's demand is followed before it is answered, so that units it asked for come with
 *   the answer.
 *
 * The request's sender was authenticated before. Throws `BooksFault`; repeating is safe.
 */
export async function receiveExchange(
  core: Core,
  request: ExchangeRequest,
): Promise<ExchangeResponse> {
  const { books } = core
  const planned = await books.read('plan exchange', (trx) => plan(core, trx, request))
  if ('code' in planned) return planned
  if (planned.plan.status === 'invalid') return refused('journal_invalid', planned.plan.detail)
  const quiet = quietPlan(core, request, planned)
  const isCalm = !mayMoveStock(core, request, planned)
  if (quiet !== null && isCalm && planned.node.feed_head <= request.feedAfter) {
    return ackOf(core, planned.node, quiet.checkpoint, [])
  }
  const taken =
    quiet ??
    (await books.transact('receive exchange', (trx) => receive(core, trx, request, planned)))
  if (taken.status !== 'accept') return taken
  if (!isCalm) {
    await shareStock(core, request.demand.map(({ dropId, itemId }) => ({ dropId, itemId })))
  }
  return acknowledge(core, request, taken.checkpoint)
}

function refused(code: ExchangeRefused['code'], detail: string): ExchangeRefused {
  return { status: 'refused', code, detail }
}

/** Whether this child may speak here at all; then, what its entries are. */
async function plan(
  core: Core,
  trx: Transaction<Books>,
  request: ExchangeRequest,
): Promise<Planned | ExchangeRefused> {
  if (request.protocolVersion !== PROTOCOL_VERSION) {
    return refused('protocol_version', `this parent speaks version ${PROTOCOL_VERSION}`)
  }
  const node = await findNode(trx, request.nodeId)
  if (node === undefined) return refused('node_unknown', request.nodeId)
  if (node.epoch !== request.epoch) return refused('epoch_retired', `epoch is ${node.epoch}`)
  if (node.state === 'revoked') return refused('node_revoked', node.state_reason ?? '')
  return { node, plan: await planEntries(core, trx, node, request) }
}

async function planEntries(
  core: Core,
  trx: Transaction<Books>,
  node: Row<'node'>,
  request: ExchangeRequest,
): Promise<ExchangePlan> {
  const known: KnownJournal = {
    nodeId: node.node_id as NodeId,
    epoch: node.epoch,
    sequence: node.sequence,
    hash: node.head_hash,
    frontier: JSON.parse(node.frontier) as FrontierState,
  }
  const stored = await readOverlap(trx, node, request)
  const { digest, verify } = core
  const tools = { digest, verify, publicKey: node.public_key }
  return planExchange(known, request, (sequence) => stored.get(sequence) ?? null, tools)
}

/** The hashes that are stored for the positions that were sent, and for the one before. */
async function readOverlap(
  trx: Transaction<Books>,
  node: Row<'node'>,
  { entries }: ExchangeRequest,
): Promise<ReadonlyMap<number, Hash>> {
  const first = entries[0]?.sequence ?? Number.POSITIVE_INFINITY
  const hashes = new Map<number, Hash>([[0, HASH_ZERO]])
  if (first > node.sequence) return hashes
  const rows = await trx
    .selectFrom('journal')
    .select(['sequence', 'hash'])
    .where('node_id', '=', node.node_id)
    .where('epoch', '=', node.epoch)
    .where('sequence', '>=', first - 1)
    .where('sequence', '<=', entries.at(-1)?.sequence ?? first)
    .orderBy('sequence')
    // Whether they are a run is not known yet: one that names the ends of a journal reads no more.
    .limit(EXCHANGE_ENTRIES_MAX + 1)
    .execute()
  for (const row of rows) hashes.set(row.sequence, row.hash)
  return hashes
}

/**
 * The plan when it has nothing to write: no new entries, no news of the demand, and the node was
 * seen a moment ago. [JR4] Saves an idle child's heartbeat the disk. A message that is sent again
 * has nothing to write either. [JR8]
 */
function quietPlan(
  core: Core,
  request: ExchangeRequest,
  { node, plan: quiet }: Planned,
): Accept | null {
  if (quiet.status !== 'accept' || quiet.entries.length > 0) return null
  if (!isNews(node, request, quiet)) return quiet
  const isSeen = core.nowMs() - (node.seen_at_ms ?? 0) < SEEN_AGAIN_MS
  const isRead = request.feedAfter <= node.feed_acknowledged
  if (!isSeen || !isRead) return null
  return isSameDemand(parseDemand(node.demand), request.demand) ? quiet : null
}

/**
 * Whether units may have to move because of what a node says: it brings something, wants something
 * else than before, waits, or comes back from a silence. What changes without a node's word is
 * found by the core's own rounds.
 */
function mayMoveStock(
  core: Core,
  { entries, demand }: ExchangeRequest,
  { node }: Planned,
): boolean {
  if (demand.length === 0) return false
  if (entries.length > 0 || demand.some(({ waiting }) => waiting > 0)) return true
  if (!isReachable(node.seen_at_ms, core.nowMs())) return true
  return !isSameDemand(parseDemand(node.demand), demand)
}

/**
 * [JR8] Whether a message is no older than those that were heeded. Anybody on the wire can send one
 * again; only its node can bring new entries, have read more, or sign a later time.
 */
function isNews(node: Row<'node'>, request: ExchangeRequest, { entries }: Accept): boolean {
  const { feedAfter, atMs } = request
  return entries.length > 0 || feedAfter > node.feed_acknowledged || atMs > node.demand_at_ms
}

/** The plan when it was taken and is to be acknowledged, or else the answer. */
async function receive(
  core: Core,
  trx: BooksTransaction,
  request: ExchangeRequest,
  planned: Planned,
): Promise<Accept | ExchangeResponse> {
  const node = await findNode(trx, request.nodeId)
  assert(node !== undefined, 'a node that was enrolled stays')
  const isSame =
    node.sequence === planned.node.sequence &&
    node.head_hash === planned.node.head_hash &&
    node.epoch === planned.node.epoch &&
    node.state === planned.node.state
  const current = isSame ? { node, plan: planned.plan } : await plan(core, trx, request)
  if ('code' in current) return current
  switch (current.plan.status) {
    case 'want':
      return { ...current.plan, parentTimeMs: core.nowMs() }
    case 'fork':
      return receiveFork(core, trx, node, current.plan)
    case 'invalid':
      return refused('journal_invalid', current.plan.detail)
    case 'accept':
      await takeEntries(core, trx, node, request, current.plan)
      return current.plan
  }
}

/**
 * The mark moves first: of two that take in the same entries at once, on two cores, one waits here
 * and is run again, before it has written anything that the other has written too.
 */
async function takeEntries(
  core: Core,
  trx: BooksTransaction,
  before: Row<'node'>,
  request: ExchangeRequest,
  accepted: Accept,
): Promise<void> {
  const { entries, head, frontier, checkpoint } = accepted
  if (!isNews(before, request, accepted)) return
  const nowMs = core.nowMs()
  const node = await skipFeed(core, trx, before, request.feedAfter)
  const batch =
    entries.length === 0 ? null : await loadBatch(trx, node, collectNames(entries), nowMs)
  const tools = foldTools(core)
  if (batch !== null) for (const { entry } of entries) foldEntry(batch, entry, tools)
  const state = batch?.isClosing === true && node.state === 'active' ? 'closed' : node.state
  const demand = observeDemand(parseDemand(node.demand), request.demand, nowMs)
  const updated = await trx
    .updateTable('node')
    .set({
      state,
      sequence: head.sequence,
      head_hash: head.hash,
      frontier: JSON.stringify(frontier),
      checkpoint: checkpoint === null ? node.checkpoint : JSON.stringify(checkpoint),
      feed_acknowledged: Math.max(
        node.feed_acknowledged,
        Math.min(request.feedAfter, node.feed_head),
      ),
      seen_at_ms: nowMs,
      clock_skew_ms: request.atMs - nowMs,
      demand: JSON.stringify(demand),
      demand_at_ms: Math.max(node.demand_at_ms, request.atMs),
    })
    .where('node_id', '=', node.node_id)
    .where('sequence', '=', node.sequence)
    .executeTakeFirst()
  assert(updated.numUpdatedRows === 1n, 'the journal goes on where it was read')
  if (batch === null) return
  await storeEntries(trx, node, entries, nowMs)
  await writeBatch(core, trx, batch)
}

/** Read only after everything is durable, so that it can be repeated and may see a bit more. */
async function acknowledge(
  core: Core,
  request: ExchangeRequest,
  checkpoint: Checkpoint | null,
): Promise<ExchangeResponse> {
  return core.books.read('acknowledge exchange', async (trx) => {
    const node = await findNode(trx, request.nodeId)
    assert(node !== undefined, 'a node that was enrolled stays')
    const { nodeId, epoch, feedAfter: after } = request
    if (node.feed_head <= after) return ackOf(core, node, checkpoint, [])
    const feed = await readFeed(trx, { nodeId, epoch, after, limit: EXCHANGE_FEED_ITEMS_MAX })
    return ackOf(core, node, checkpoint, feed)
  })
}

function ackOf(
  core: Core,
  node: Row<'node'>,
  checkpoint: Checkpoint | null,
  feed: readonly FeedItem[],
): ExchangeAck {
  return {
    status: 'ack',
    sequence: node.sequence,
    hash: node.head_hash,
    cosignature: checkpoint === null ? null : cosign(checkpoint, core.marketKey.sign),
    parentTimeMs: core.nowMs(),
    feed,
    feedHead: node.feed_head,
  }
}
