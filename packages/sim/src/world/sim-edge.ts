import {
  type Checkpoint,
  type NodeCertificate,
  type NodeId,
  type StallAnswer,
  type StallCommand,
} from '@nightmarket/kernel'
import { openStall, StallFault, type Stall, type StallHost } from '@nightmarket/stall'
import { StorageFault } from '@nightmarket/storage'
import {
  createUplink,
  type ExchangeResponse,
  type ParentWire,
  type Uplink,
  type UplinkTerms,
} from '@nightmarket/sync'

import type { Prng } from '../prng.ts'
import type { Chronicle } from '../run/chronicle.ts'
import type { NodeClock } from '../time/node-clock.ts'
import { SimProcess } from '../time/sim-process.ts'
import type { VirtualTime } from '../time/virtual-time.ts'
import { sha256 } from './digest.ts'
import type { SimDisk } from './disk.ts'
import type { LinkTap, SimLink } from './link.ts'
import type { SimKey } from './signatures.ts'

/** Who a device is, as its last enrolment said. Kept beside the journal. */
export interface EdgeIdentity {
  readonly certificate: NodeCertificate
  readonly key: SimKey
}

/** What a device is made of. */
export interface SimEdgeParts {
  readonly name: string
  readonly time: VirtualTime
  readonly prng: Prng
  readonly chronicle: Chronicle
  readonly disk: SimDisk
  readonly clock: NodeClock
  readonly link: SimLink
  readonly terms: Partial<UplinkTerms>
  readonly alter: EdgeAlteration
  /** Hears every checkpoint that left the process: to the disk or over the line. */
  readonly onPublished: (checkpoint: Checkpoint) => void
  readonly onHeard: LinkTap['onHeard']
}

/** Where mutants of an edge are put in the place of what production would be. */
export interface EdgeAlteration {
  readonly host: (host: StallHost) => StallHost
  readonly wire: (wire: ParentWire) => ParentWire
  readonly stall: (stall: Stall) => Stall
}

interface Running {
  readonly process: SimProcess
  readonly stall: Stall
  readonly uplink: Uplink
}

/** How soon a device whose disk could not be read is switched on again. */
const BOOT_AGAIN_MS = 5_000

/** A device with a stall on it: it boots, sells, loses power, and boots again from its disk. */
export class SimEdge {
  readonly name: string
  readonly disk: SimDisk
  readonly clock: NodeClock
  readonly link: SimLink
  /** Why it cannot boot; a person has to enrol it anew. */
  broken: string | null = null
  /** When the process that runs was told that it is out of use; `null` while it was not. */
  toldToStopAtMs: number | null = null
  /** Gone for good: nobody has the device any more. */
  isLost = false
  readonly #parts: SimEdgeParts
  #identity: EdgeIdentity | null = null
  #running: Running | null = null
  #booting: SimProcess | null = null
  #boots = 0

  constructor(parts: SimEdgeParts) {
    this.name = parts.name
    this.#parts = parts
    this.disk = parts.disk
    this.clock = parts.clock
    this.link = parts.link
    this.link.nodeId = () => this.nodeId
  }

  get identity(): EdgeIdentity | null {
    return this.#identity
  }

  get nodeId(): NodeId {
    if (this.#identity === null) throw new Error(`${this.name} is not enrolled`)
    return this.#identity.certificate.nodeId
  }

  get epoch(): number {
    return this.#identity?.certificate.epoch ?? 0
  }

  get stall(): Stall | null {
    return this.#running?.stall ?? null
  }

  get uplink(): Uplink | null {
    return this.#running?.uplink ?? null
  }

  get process(): SimProcess | null {
    return this.#running?.process ?? null
  }

  /** Take a new identity: an empty journal begins. */
  enrol(identity: EdgeIdentity): void {
    this.crash()
    this.disk.wipe()
    this.#identity = identity
    this.broken = null
  }

  /** Another device's identity and disk, as a clone or a restored backup has them. */
  impersonate(other: SimEdge): void {
    this.#identity = other.#identity
    this.disk.restore(other.disk.image())
  }

  /** Start the process and read the journal back. */
  async boot(): Promise<void> {
    const identity = this.#identity
    const isUp = this.#running !== null || this.#booting !== null
    if (identity === null || isUp || this.isLost || this.broken !== null) return
    const { time, chronicle, alter, link, terms } = this.#parts
    this.#boots += 1
    this.clock.boot()
    this.toldToStopAtMs = null
    const process = new SimProcess(time)
    this.#booting = process
    const host = alter.host(this.#hostOf(process, identity))
    try {
      const stall = alter.stall(await openStall(host))
      const { now, setTimer } = host
      const wire = alter.wire(
        link.connect(process, {
          onSent: ({ checkpoint }) => {
            if (checkpoint !== null) this.#parts.onPublished(checkpoint)
          },
          onHeard: (request, response) => {
            if (isEndOfSelling(response)) this.toldToStopAtMs ??= time.nowMs
            this.#parts.onHeard(request, response)
          },
        }),
      )
      const onDefect = (error: unknown) => this.#defect(error)
      const random = this.#parts.prng.fork(`uplink ${this.#boots}`)
      const uplink = createUplink({
        stall,
        wire,
        now,
        setTimer,
        random: () => random.next(),
        terms,
        onDefect,
      })
      this.#booting = null
      this.#running = { process, stall, uplink }
      chronicle.say(this.name, `boots as ${this.nodeId}/${this.epoch} at ${stall.head.sequence}`)
    } catch (error) {
      this.#refuseToBoot(error)
    }
  }

  /** The power goes. Memory is gone, the disk stays as far as it was written. */
  crash(): void {
    if (this.#booting !== null) this.#parts.chronicle.mark('crash in recovery')
    this.#booting?.kill()
    this.#booting = null
    const running = this.#running
    if (running === null) return
    this.#running = null
    const isWriting = this.disk.isWriting
    running.process.kill()
    const landed = this.disk.cutPower()
    if (isWriting)
      this.#parts.chronicle.mark(landed > 0 ? 'crash kept writes' : 'crash lost writes')
    this.#parts.chronicle.say(this.name, `loses power, ${landed} writes under way landed`)
  }

  /** Ask the stall; rejects when it cannot say. Never settles when it dies meanwhile. */
  async run(command: StallCommand): Promise<StallAnswer> {
    const running = this.#running
    if (running === null) throw new Error(`${this.name} is down`)
    if (running.process.isPaused) await running.process.sleep(0)
    return running.stall.run(command)
  }

  #hostOf(process: SimProcess, { certificate, key }: EdgeIdentity): StallHost {
    const { clock, disk, onPublished } = this.#parts
    const store = disk.open(process)
    return {
      store: {
        ...store,
        async append(expected, batch) {
          const appended = await store.append(expected, batch)
          if (appended.ok) onPublished(batch.checkpoint)
          return appended
        },
      },
      identity: { certificate, sign: key.sign },
      digest: sha256,
      now: () => clock.now(),
      setTimer: (delayMs, work) => process.after(delayMs, work),
      defer: (work) => void process.after(0, work),
      onDefect: (error) => this.#defect(error),
    }
  }

  #refuseToBoot(error: unknown): void {
    const { chronicle, time } = this.#parts
    this.#booting = null
    const isFault = error instanceof StallFault || error instanceof StorageFault
    if (!isFault) return this.#defect(error)
    chronicle.say(this.name, `does not boot: ${error.code}`)
    chronicle.mark(`boot refused ${error.code}`)
    if (error instanceof StallFault) this.broken = error.code
    else time.after(BOOT_AGAIN_MS, () => void this.boot())
  }

  #defect(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.#parts.chronicle.violate('defect', `${this.name}: ${text}`)
  }
}

/** After which answers nothing may be sold any more, whatever a person decides later. [I11] */
function isEndOfSelling(response: ExchangeResponse): boolean {
  if (response.status === 'fork') return true
  return (
    response.status === 'refused' &&
    ['node_revoked', 'node_quarantined', 'epoch_retired'].includes(response.code)
  )
}
