import {
  activateRelease,
  addOperator,
  applyRelease,
  foundMarket,
  importCatalogue,
} from '@nightmarket/core'
import { releaseId, type Checkpoint } from '@nightmarket/kernel'

import type { UplinkTerms } from '@nightmarket/sync'

import { createPrng } from '../prng.ts'
import { NodeClock } from '../time/node-clock.ts'
import type { VirtualTime } from '../time/virtual-time.ts'
import { sha256 } from '../world/digest.ts'
import { SimDisk } from '../world/disk.ts'
import { enrolDevice } from '../world/enrolment.ts'
import { productOf, releaseOf } from '../world/evening.ts'
import { SimLink, type SimParent } from '../world/link.ts'
import { ProcessorLine } from '../world/processor-line.ts'
import { SimSignatures } from '../world/signatures.ts'
import { SimCore } from '../world/sim-core.ts'
import { SimEdge } from '../world/sim-edge.ts'
import type { World } from '../world/world.ts'
import type { Alterations } from './alterations.ts'
import type { Chronicle } from './chronicle.ts'
import type { UniverseOptions } from './options.ts'
import { Oracle } from './oracle.ts'

/** What a universe is built from. */
export interface WorldParts {
  readonly options: UniverseOptions
  readonly time: VirtualTime
  readonly chronicle: Chronicle
  readonly alter: Alterations
}

/** Found a market, fill it, open its show, and enrol its devices. */
export async function buildWorld(parts: WorldParts): Promise<World> {
  const { options, time, chronicle, alter } = parts
  const prng = createPrng(`universe ${options.seed}`)
  const signatures = new SimSignatures()
  const line = new ProcessorLine(time, prng.fork('line'), chronicle)
  const core = await SimCore.open({
    time,
    prng: prng.fork('core'),
    chronicle,
    signatures,
    line,
    rhythm: options.rhythm,
    cores: options.cores,
    alter: alter.core,
  })
  core.fates.delayMs = options.booksDelayMs
  const world: World = {
    options,
    time,
    startMs: time.nowMs,
    prng,
    chronicle,
    oracle: new Oracle(),
    signatures,
    core,
    line,
    edges: [],
    operators: [],
    vouchers: [],
    releases: new Map(),
    isCalm: false,
  }
  await furnish(world)
  core.start()
  for (let number = 0; number < options.edges; number++) {
    world.edges.push(createEdge(world, `edge-${number + 1}`, number, alter))
  }
  for (let number = 0; number < options.tills; number++) {
    world.edges.push(createEdge(world, `till-${number + 1}`, options.edges + number, alter))
  }
  return world
}

/** Give every device its identity and its first boot. Needs the core and time to run. */
export async function enrolAll(world: World): Promise<void> {
  for (const edge of world.edges) {
    const identity = await enrolDevice(world, edge.name, { kind: kindOf(edge) })
    if (identity === null) throw new Error('a core that just started enrols its devices')
    edge.enrol(identity)
    await edge.boot()
  }
}

/** What a device is enrolled as. */
export function kindOf({ name }: SimEdge): 'edge' | 'till' {
  return name.startsWith('till') ? 'till' : 'edge'
}

/** Another device: a new one of its own, or the body of a clone. */
export function createEdge(
  world: World,
  name: string,
  number: number,
  alter: Alterations,
  ownSkewMs: number | null = null,
): SimEdge {
  const { options, time, chronicle, oracle } = world
  const prng = world.prng.fork(name)
  const parent = parentOf(world, name, number)
  const skewMs = ownSkewMs ?? options.skewMs[number % options.skewMs.length] ?? 0
  const driftPpm = options.driftPpm[number % options.driftPpm.length] ?? 0
  if (Math.abs(skewMs) > 2_000) chronicle.mark('fault clock_skew')
  if (driftPpm !== 0) chronicle.mark('fault clock_drift')
  return new SimEdge({
    name,
    time,
    prng,
    chronicle,
    disk: new SimDisk(prng.fork('disk')),
    clock: new NodeClock(time, { skewMs, driftPpm }),
    link: new SimLink(time, prng.fork('link'), chronicle, parent, options.noise),
    terms: { heartbeatMs: options.heartbeatMs, ...patienceOf(options) },
    alter: alter.edge,
    onPublished: (checkpoint: Checkpoint) => oracle.publish(checkpoint),
    onHeard: ({ nodeId, epoch }, response) => {
      if (response.status !== 'ack') return
      oracle.acknowledge(`${nodeId}/${epoch}`, response.sequence, response.hash)
    },
  })
}

/** In some universes tills are below an edge, until it is gone for good. [S3] */
function parentOf(world: World, name: string, number: number): () => SimParent {
  const { core, edges, options } = world
  const edge = edges[number % options.edges]
  if (!options.isRelayed || !name.startsWith('till') || edge === undefined) return () => core
  const relay = edge.link.relay(() => edge.process)
  return () => (edge.isLost ? core : relay)
}

/** How long a device waits for the core: longer than the core takes to say that nothing is new. */
function patienceOf({ rhythm }: UniverseOptions): Partial<UplinkTerms> {
  return { feedWaitMs: rhythm.feedWaitMs + 10_000 }
}

async function furnish(world: World): Promise<void> {
  const { options, core, startMs } = world
  const { observer } = core
  const { publicKey } = core.key
  await foundMarket(core.books, { publicKey, currency: 'EUR', createdAtMs: startMs })
  await importCatalogue(observer, [
    productOf('mug', options.mugs),
    productOf('print', options.prints),
  ])
  for (const role of ['steward', 'seller'] as const) {
    const pin = { salt: 'salt', hash: 'hash' }
    world.operators.push((await addOperator(observer, { name: role, role, pin })).operatorId)
  }
  await applyPriced(world, 100)
  const [first] = world.releases.keys()
  if (first === undefined) throw new Error('a release was just applied')
  const activated = await activateRelease(observer, first)
  if (!activated.ok) throw new Error(`the first release is refused: ${activated.error.code}`)
}

/** Put a release with other prices into the books. Its id is returned. */
export async function applyPriced(world: World, priceFactor: number) {
  const { options, startMs } = world
  const release = releaseOf({
    opensAtMs: startMs - 60 * 60_000,
    closesAtMs: startMs + options.closesAfterMinutes * 60_000,
    terms: options.terms,
    priceFactor,
    perCustomer: options.perCustomer,
    mugUnits: options.mugUnits,
  })
  const id = releaseId(release, sha256)
  const applied = await applyRelease(world.core.core ?? world.core.observer, release)
  if (!applied.ok) throw new Error(`the release is refused: ${applied.error.code}`)
  world.releases.set(id, release)
  return id
}
