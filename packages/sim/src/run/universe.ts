import { isPaymentOpen, type PaymentState } from '@nightmarket/kernel'

import { createPrng } from '../prng.ts'
import { calmDown, tend } from '../fault/calm.ts'
import { inject } from '../fault/inject.ts'
import { Stage } from '../fault/stage.ts'
import { viewBooks } from '../invariant/books-view.ts'
import { Inspector } from '../invariant/check-all.ts'
import { EntryWatch } from '../invariant/entry-watch.ts'
import { replaceGlobals } from '../time/replace-globals.ts'
import { TimeStands, VirtualTime } from '../time/virtual-time.ts'
import { Buyer } from '../world/buyer.ts'
import { LINE_QUIET } from '../world/processor-line.ts'
import { Seller } from '../world/seller.ts'
import type { SimEdge } from '../world/sim-edge.ts'
import type { World } from '../world/world.ts'
import { UNALTERED, type Alterations } from './alterations.ts'
import { buildWorld, createEdge, enrolAll } from './build-world.ts'
import { Chronicle } from './chronicle.ts'
import type { UniverseOptions } from './options.ts'
import { planOf, type PlannedFault } from './plan.ts'

const MINUTE_MS = 60_000
/** A summer evening: when every universe begins. */
const START_MS = Date.UTC(2026, 5, 20, 18)

/** What a run may be asked beside its options. */
export interface RunFields {
  readonly alter?: Alterations
  /** Other faults than the seed deals: for the shrinker. */
  readonly plan?: readonly PlannedFault[]
  /** Whether the lines of the timeline are kept. */
  readonly isKept?: boolean
}

/** What became of a universe. */
export interface UniverseReport {
  readonly options: UniverseOptions
  readonly chronicle: Chronicle
  readonly digest: string
  readonly happenings: number
  readonly simulatedMs: number
}

/** Run one universe from its founding to its rest, or to its first violation. */
export async function runUniverse(
  options: UniverseOptions,
  fields: RunFields = {},
): Promise<UniverseReport> {
  const time = new VirtualTime(START_MS)
  const chronicle = new Chronicle(time, fields.isKept ?? false)
  using _globals = replaceGlobals(time, createPrng(`universe ${options.seed}`).fork('globals'))
  using _rejections = watchRejections(chronicle)
  const alter = fields.alter ?? UNALTERED
  const world = await buildWorld({ options, time, chronicle, alter })
  try {
    await live(world, fields.plan ?? planOf(options), alter)
  } catch (error) {
    if (!(error instanceof TimeStands)) throw error
    chronicle.violate('defect', 'something repeats itself for ever without letting time pass')
  }
  chronicle.end()
  world.core.crash()
  for (const edge of world.edges) edge.crash()
  await world.core.books[Symbol.asyncDispose]()
  const digest = chronicle.digest()
  return { options, chronicle, digest, happenings: time.count, simulatedMs: time.nowMs - START_MS }
}

async function live(
  world: World,
  plan: readonly PlannedFault[],
  alter: Alterations,
): Promise<void> {
  const { time, options, chronicle } = world
  for (const edge of world.edges) new EntryWatch(world, edge)
  let isEnrolled = false
  void enrolAll(world).then(() => (isEnrolled = true))
  await time.runUntil(time.nowMs + 10_000)
  if (!isEnrolled) return chronicle.violate('defect', 'the devices were not enrolled')
  inviteBuyers(world)
  openTills(world)
  const stage = new Stage(world, {
    addClone: (name) => addClone(world, name, alter),
    addSpare: (name, skewMs) => addSpare(world, name, skewMs, alter),
  })
  for (const fault of plan)
    time.after(world.startMs + fault.atMs - time.nowMs, () => inject(stage, fault))
  const inspector = new Inspector(world)
  for (let minute = 1; minute <= options.safetyMinutes; minute++) {
    await time.runUntil(world.startMs + minute * MINUTE_MS)
    noteTrouble(world)
    if (minute % BACKUP_EVERY_MINUTES === 0) takeBackups(stage)
    await inspector.look('safety', stage.rogues)
    if (chronicle.violations.length > 0) return
    await deliverVouchers(world)
  }
  calmDown(stage)
  const closesMs = world.startMs + options.closesAfterMinutes * MINUTE_MS
  const restMs = Math.max(time.nowMs, closesMs) + restMinutesOf(options) * MINUTE_MS
  while (time.nowMs < restMs) {
    stage.attempt('a person', () => tend(stage))
    await time.runUntil(time.nowMs + MINUTE_MS)
    await inspector.look('safety', stage.rogues)
    if (chronicle.violations.length > 0) return
  }
  await time.runUntil(time.nowMs + MINUTE_MS)
  if (await hasOrphans(world)) {
    chronicle.mark('payments without a node')
    await time.runUntil(time.nowMs + ORPHAN_MINUTES * MINUTE_MS)
  }
  await inspector.look('rest', stage.rogues)
}

/** Whoever was given a voucher finds it in a letter, and shows it to friends. */
async function deliverVouchers(world: World): Promise<void> {
  const { vouchers } = await viewBooks(world.core.books)
  for (const { voucher_hash } of vouchers) {
    if (!world.vouchers.includes(voucher_hash)) world.vouchers.push(voucher_hash)
  }
}

/** Payments whose node is no more, so that only the reconciler ends them, after an hour. [R3] */
async function hasOrphans(world: World): Promise<boolean> {
  const { orders, payments } = await viewBooks(world.core.books)
  const known = new Set(orders.map(({ order_id }) => order_id))
  return payments.some(({ state, order_id }) => {
    return !known.has(order_id) && isPaymentOpen(state as PaymentState)
  })
}

/**
 * How long after its last fault, and the end of its drop, a universe may take to come to rest: ten
 * minutes, and longer only where devices ask less often than the protocol expects.
 */
function restMinutesOf({ pace }: UniverseOptions): number {
  return REST_MINUTES * Math.max(1, pace / PACE_AT_REST)
}

const REST_MINUTES = 10
/** How slow devices may be and still be through in ten minutes. */
const PACE_AT_REST = 6
const BACKUP_EVERY_MINUTES = 4
/** The reconciler's sixty minutes, and its passes. */
const ORPHAN_MINUTES = 66

function noteTrouble(world: World): void {
  const { core, line, oracle } = world
  const isTroubled =
    core.core === null ||
    core.process?.isPaused === true ||
    JSON.stringify(line.faults) !== JSON.stringify(LINE_QUIET)
  if (isTroubled) oracle.troubleMs += MINUTE_MS
}

function takeBackups(stage: Stage): void {
  for (const edge of stage.world.edges) {
    if (edge.identity === null) continue
    const journal = `${edge.nodeId}/${edge.epoch}`
    stage.backups.set(edge, { image: edge.disk.image(), journal })
  }
}

/** The body of a cloned device, and a few people who come to it. */
function addClone(world: World, name: string, alter: Alterations): SimEdge {
  const clone = createEdge(world, name, world.edges.length, alter)
  new EntryWatch(world, clone)
  world.edges.push(clone)
  const prng = world.prng.fork(`crowd of ${name}`)
  for (let number = 0; number < 5; number++) {
    welcome(world, clone, `${name}-b${number}`, prng.between(1_000, 5 * MINUTE_MS))
  }
  return clone
}

/** A till that nobody works at; the clock on it is as wrong as is asked for. */
function addSpare(world: World, name: string, skewMs: number, alter: Alterations): SimEdge {
  const spare = createEdge(world, name, world.edges.length, alter, skewMs)
  new EntryWatch(world, spare)
  world.edges.push(spare)
  return spare
}

function openTills(world: World): void {
  for (const till of world.edges.filter(({ name }) => name.startsWith('till'))) {
    new Seller(world, till).works().catch((error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      world.chronicle.violate('defect', `a seller met ${text}`)
    })
  }
}

function inviteBuyers(world: World): void {
  const { options, edges } = world
  const prng = world.prng.fork('arrivals')
  for (let number = 0; number < options.buyers; number++) {
    const edge = prng.pick(edges.slice(0, options.edges))
    const lastMs = Math.floor(options.safetyMinutes * MINUTE_MS * 0.9)
    const anyMs = prng.between(0, lastMs)
    const closingMs = options.closesAfterMinutes * MINUTE_MS + prng.between(-120_000, 420_000)
    const isLate = prng.chance(0.3) && closingMs < options.safetyMinutes * MINUTE_MS
    welcome(world, edge, `b${number}`, isLate ? closingMs : anyMs)
  }
}

function welcome(world: World, edge: SimEdge, name: string, delayMs: number): void {
  const buyer = new Buyer(world, edge, name)
  world.time.after(delayMs, () => {
    buyer.visits().catch((error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      world.chronicle.violate('defect', `a buyer met ${text}`)
    })
  })
}

/** A promise that nobody looks after is a defect of whoever made it. */
function watchRejections(chronicle: Chronicle): Disposable {
  const hear = (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    chronicle.violate('defect', `unhandled rejection: ${text}`)
  }
  process.on('unhandledRejection', hear)
  return { [Symbol.dispose]: () => void process.off('unhandledRejection', hear) }
}
