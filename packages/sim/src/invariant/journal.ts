import { MerkleTree, type StallState } from '@nightmarket/kernel'

import type { RogueNode } from '../fault/rogue.ts'
import { sha256 } from '../world/digest.ts'
import { foldDisk } from '../world/known-state.ts'
import type { SimEdge } from '../world/sim-edge.ts'
import type { World } from '../world/world.ts'
import type { BooksView } from './books-view.ts'

/** The core's copies of journals, as far as they were read; they only grow. */
export type JournalCopies = Map<string, string[]>

/** Read what the core has got of every journal since the last look. */
export async function readCopies(world: World, copies: JournalCopies): Promise<void> {
  const rows = await world.core.books.read('copies', (trx) =>
    trx
      .selectFrom('journal')
      .select(['node_id', 'epoch', (row) => row.fn.countAll<number>().as('count')])
      .select((row) => row.fn.max('sequence').as('last'))
      .groupBy(['node_id', 'epoch'])
      .execute(),
  )
  for (const { node_id, epoch, count, last } of rows) {
    const name = `${node_id}/${epoch}`
    world.chronicle.arm('I9')
    if (Number(count) !== Number(last)) {
      world.chronicle.violate('I9', `core has ${count} entries of ${name} up to ${last}`)
    }
    const known = copies.get(name) ?? []
    copies.set(name, known)
    if (known.length === Number(last)) continue
    const fresh = await world.core.books.read('copy', (trx) =>
      trx
        .selectFrom('journal')
        .select('hash')
        .where('node_id', '=', node_id)
        .where('epoch', '=', epoch)
        .where('sequence', '>', known.length)
        .orderBy('sequence')
        .execute(),
    )
    known.push(...fresh.map(({ hash }) => hash))
  }
}

/** [I9] One entry is one order; the mark is where the copy ends. */
export function checkAppliedOnce(world: World, books: BooksView, copies: JournalCopies): void {
  const places = new Set<string>()
  for (const { node_id, epoch, sequence, order_id } of books.orders) {
    const place = `${node_id}/${epoch}/${sequence}`
    const exposure = world.oracle.exposureOf(`${node_id}/${epoch}`)
    if (places.has(place) && sequence <= (exposure?.afterSequence ?? sequence)) {
      world.chronicle.violate('I9', `${order_id} is a second order of entry ${place}`)
    }
    places.add(place)
  }
  for (const { node_id, epoch, sequence, head_hash } of books.nodes) {
    const copy = copies.get(`${node_id}/${epoch}`) ?? []
    const isWhole = copy.length === sequence && (sequence === 0 || copy.at(-1) === head_hash)
    if (isWhole) continue
    world.chronicle.violate('I9', `${node_id}/${epoch} is marked ${sequence}, has ${copy.length}`)
  }
}

/** A fork takes this many looks at least to be answered: one exchange may be under way or lost. */
const LOOKS_MIN = 3

/** From one look to the next. */
const LOOK_MS = 60_000

/**
 * [I8] The core's copy is a prefix of the device's journal, or a fork is flagged: a device that is
 * connected and differs must not still be so once it has spoken to its parent. One that nobody
 * asks anything speaks with its heartbeat.
 */
export class PrefixWatch {
  readonly #suspects = new Map<SimEdge, number>()

  check(world: World, copies: JournalCopies): void {
    for (const edge of world.edges) {
      if (edge.identity === null || edge.isLost) continue
      const isFlagged = (edge.stall?.state.frozen ?? null) !== null || edge.broken !== null
      const isConnected =
        edge.uplink?.status().isConnected === true && edge.process?.isPaused === false
      const parting = isFlagged || !isConnected ? null : findParting(edge, copies)
      world.chronicle.arm('I8', edge.disk.entries.length > 0 ? 1 : 0)
      if (parting === null) {
        this.#suspects.delete(edge)
        continue
      }
      const looks = (this.#suspects.get(edge) ?? 0) + 1
      this.#suspects.set(edge, looks)
      if (looks < LOOKS_MIN + Math.floor(world.options.heartbeatMs / LOOK_MS)) continue
      world.chronicle.violate(
        'I8',
        `${edge.name} parts from the core's copy at ${parting}, unflagged`,
      )
    }
  }
}

function findParting(edge: SimEdge, copies: JournalCopies): number | null {
  const copy = copies.get(`${edge.nodeId}/${edge.epoch}`) ?? []
  const { entries } = edge.disk
  for (let place = 0; place < copy.length; place++) {
    if (entries[place]?.hash !== copy[place]) return place + 1
  }
  return null
}

/** [I10] What a buyer was told is in the journal, and what a device was told is at the core. */
export function checkAcknowledged(world: World, books: BooksView, copies: JournalCopies): void {
  const { oracle, chronicle, edges } = world
  const atCore = new Set(books.orders.map(({ order_id }) => order_id))
  const running = new Map<string, StallState>()
  for (const { identity, stall, nodeId, epoch } of edges.filter((edge) => edge.identity !== null)) {
    if (identity !== null && stall !== null) running.set(`${nodeId}/${epoch}`, stall.state)
  }
  for (const promised of oracle.promises.values()) {
    if (oracle.isExposed(promised)) continue
    const { orderId, journal, sequence } = promised
    const state = running.get(journal)
    chronicle.arm('I10')
    if (state !== undefined) {
      const record = state.orders.get(orderId)
      if (record?.sequence !== sequence) {
        chronicle.violate('I10', `${orderId} was accepted as ${journal}/${sequence} and is gone`)
      }
    } else if (!edges.some((edge) => edge.identity !== null && journal === nameOf(edge))) {
      if (!atCore.has(orderId)) chronicle.violate('I10', `${orderId} of ${journal} is nowhere`)
    }
  }
  for (const [journal, { sequence, hash }] of oracle.acknowledged) {
    chronicle.arm('I10')
    if (copies.get(journal)?.[sequence - 1] !== hash && sequence > 0) {
      chronicle.violate('I10', `the core acknowledged ${journal}/${sequence} and has it no more`)
    }
  }
}

/** [I11] Whoever has two hashes for one position is quarantined, or was put out of use since. */
export async function checkForks(
  world: World,
  books: BooksView,
  rogues: readonly RogueNode[],
): Promise<void> {
  for (const { hasForked, identity } of rogues) {
    if (!hasForked) continue
    const { nodeId } = identity.certificate
    const node = books.nodes.find((each) => each.node_id === nodeId)
    world.chronicle.arm('I11')
    if (node?.state !== 'active' && node?.state !== 'closed') continue
    world.chronicle.violate('I11', `${nodeId} has shown two branches and is ${node.state}`)
  }
  const forks = await world.core.books.read('forks', (trx) =>
    trx.selectFrom('journal_fork').select(['node_id', 'epoch']).distinct().execute(),
  )
  for (const { node_id, epoch } of forks) {
    const node = books.nodes.find((each) => each.node_id === node_id)
    world.chronicle.arm('I11')
    if (node?.epoch === epoch && (node.state === 'active' || node.state === 'closed')) {
      world.chronicle.violate('I11', `${node_id}/${epoch} has two branches and is ${node.state}`)
    }
  }
}

/** [I11] A device that was told it is out of use sells nothing any more. */
export function checkStopped(world: World): void {
  for (const edge of world.edges) {
    const refused = edge.uplink?.status().refused ?? null
    if (refused === 'journal_invalid' && !world.oracle.damaged.has(edge.name)) {
      world.chronicle.violate('I11', `${edge.name} is refused as invalid, which it is not`)
    }
    const isOut = refused === 'fork' || refused === 'node_revoked' || refused === 'epoch_retired'
    if (!isOut || edge.stall === null || edge.stall.notSelling() === 'storage') continue
    world.chronicle.arm('I11')
    if (edge.stall.state.frozen !== null || edge.process?.isPaused === true) continue
    world.chronicle.violate('I11', `${edge.name} heard ${refused} and goes on selling`)
  }
}

/** [I12] What a running stall knows is what its disk says, read back. */
export async function checkProjections(world: World): Promise<void> {
  for (const edge of world.edges) {
    const state = edge.stall?.state
    if (state === undefined || edge.disk.isWriting) continue
    if (state.sequence !== edge.disk.head.sequence) continue
    const folded = await foldDisk(world, edge)
    if (folded === null) continue
    world.chronicle.arm('I12')
    const [now, again] = [describeState(state), describeState(folded)]
    for (const [part, text] of Object.entries(now)) {
      if (text === again[part]) continue
      world.chronicle.violate(
        'I12',
        `${edge.name}: ${part} differ: ${difference(text, again[part] ?? '')}`,
      )
    }
  }
}

function describeState(state: StallState): Record<string, string> {
  const { deferred, orders, holds, tickets, leases, pools, lines } = state
  const openLines = [...lines].map(([dropId, line]) => [dropId, [...line]])
  return {
    marks: JSON.stringify([state.sequence, state.feedPosition, state.frozen, state.lastAtMs]),
    active: JSON.stringify([state.active?.number, state.active?.releaseId]),
    honoured: JSON.stringify([...state.releases].map(([id, each]) => [id, each.honourUntilMs])),
    orders: JSON.stringify(
      [...orders].map(([id, each]) => [id, each.state, each.sequence, each.payment]),
    ),
    holds: JSON.stringify([...holds].map(([id, { end }]) => [id, end])),
    tickets: JSON.stringify([...tickets].map(([id, { end }]) => [id, end])),
    lines: JSON.stringify(openLines.filter(([, line]) => line?.length !== 0)),
    leases: JSON.stringify(
      [...leases.values()].map((lease) => ({ ...lease, receivedMonotonicMs: null })),
    ),
    pools: JSON.stringify(
      [...pools.values()].map((pool) => {
        return { ...pool, soldSinceReport: 0, leases: pool.leases.length }
      }),
    ),
    tokens: JSON.stringify([...state.spentTokens].toSorted()),
    payKeys: JSON.stringify([...state.payKeys].toSorted()),
    deferred: JSON.stringify([
      deferred.sumMinor,
      [...deferred.ordersByBuyer],
      [...deferred.acceptedAtMs],
    ]),
    disclaimed: JSON.stringify([...state.disclaimed]),
  }
}

function difference(left: string, right: string): string {
  let place = 0
  while (place < left.length && left[place] === right[place]) place += 1
  const from = Math.max(0, place - 60)
  return `…${left.slice(from, place + 80)}… and …${right.slice(from, place + 80)}…`
}

/** [I13] No two roots for one size, and each is the root of the journal as it is. */
export function checkCheckpoints(world: World, phase: 'safety' | 'rest'): void {
  const { oracle, chronicle, edges } = world
  const isCopied = (journal: string) =>
    oracle.exposures.some((each) => each.journal === journal && each.reason !== 'lost')
  chronicle.arm('I13', oracle.roots.size)
  for (const place of oracle.contradictions) {
    const [, nodeId, epoch] = place.split('/')
    if (!isCopied(`${nodeId}/${epoch}`)) chronicle.violate('I13', `two roots for ${place}`)
  }
  if (phase === 'safety') return
  for (const edge of edges) {
    if (edge.identity === null || edge.broken !== null || isCopied(nameOf(edge))) continue
    const tree = new MerkleTree(sha256)
    for (const { hash } of edge.disk.entries) tree.append(hash)
    for (let size = 1; size <= tree.size; size++) {
      const root = oracle.roots.get(`nightmarket/${nameOf(edge)}/${size}`)
      if (root === undefined || root === tree.root(size)) continue
      chronicle.violate('I13', `${edge.name} signed another root for ${nameOf(edge)}/${size}`)
    }
  }
}

/** `<nodeId>/<epoch>`. */
export function nameOf(edge: SimEdge): string {
  return `${edge.nodeId}/${edge.epoch}`
}
