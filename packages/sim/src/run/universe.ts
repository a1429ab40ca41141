import { createPrng } from '../prng.ts'
import { checkAll } from '../invariant/check-all.ts'
import { EntryWatch } from '../invariant/entry-watch.ts'
import { replaceGlobals } from '../time/replace-globals.ts'
import { VirtualTime } from '../time/virtual-time.ts'
import { Buyer } from '../world/buyer.ts'
import type { World } from '../world/world.ts'
import { UNALTERED, type Alterations } from './alterations.ts'
import { buildWorld, enrolAll } from './build-world.ts'
import { Chronicle } from './chronicle.ts'
import type { UniverseOptions } from './options.ts'

const MINUTE_MS = 60_000
/** A summer evening: when every universe begins. */
const START_MS = Date.UTC(2026, 5, 20, 18)

/** What a run may be asked beside its options. */
export interface RunFields {
  readonly alter?: Alterations
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
  await live(world)
  world.core.crash()
  for (const edge of world.edges) edge.crash()
  await world.core.books[Symbol.asyncDispose]()
  const digest = chronicle.digest()
  return { options, chronicle, digest, happenings: time.count, simulatedMs: time.nowMs - START_MS }
}

async function live(world: World): Promise<void> {
  const { time, options, chronicle } = world
  for (const edge of world.edges) new EntryWatch(world, edge)
  let isEnrolled = false
  void enrolAll(world).then(() => (isEnrolled = true))
  await time.runUntil(time.nowMs + 10_000)
  if (!isEnrolled) return chronicle.violate('defect', 'the devices were not enrolled')
  inviteBuyers(world)
  for (let minute = 1; minute <= options.safetyMinutes; minute++) {
    await time.runUntil(world.startMs + minute * MINUTE_MS)
    await checkAll(world, 'safety')
    if (chronicle.violations.length > 0) return
  }
  world.isCalm = true
  const restMs = Math.max(time.nowMs, world.startMs + options.closesAfterMinutes * MINUTE_MS)
  for (let minute = 1; minute <= 15; minute++) {
    await time.runUntil(restMs + minute * MINUTE_MS)
    await checkAll(world, 'safety')
    if (chronicle.violations.length > 0) return
  }
  await checkAll(world, 'rest')
}

function inviteBuyers(world: World): void {
  const { time, options, edges } = world
  const prng = world.prng.fork('arrivals')
  for (let number = 0; number < options.buyers; number++) {
    const edge = prng.pick(edges)
    const buyer = new Buyer(world, edge, `b${number}`)
    const atMs = prng.between(0, Math.floor(options.safetyMinutes * MINUTE_MS * 0.9))
    time.after(atMs, () => {
      buyer.visit().catch((error: unknown) => {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
        world.chronicle.violate('defect', `a buyer met ${text}`)
      })
    })
  }
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
