import { deepEqual, equal, ok } from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'

import { concludeMarket, type Conclusion } from '../../apps/nightmarket/src/rush/conclude.ts'
import { letIn, seeOut, type RunningCrowd } from '../../apps/nightmarket/src/rush/crowd.ts'
import { createDice } from '../../apps/nightmarket/src/rush/dice.ts'
import {
  RUSH_DROP,
  writeOneVariantShow,
} from '../../apps/nightmarket/src/rush/one-variant-show.ts'
import { waitUntilOpen } from '../../apps/nightmarket/src/rush/open-show.ts'
import {
  OwnMarket,
  type OwnMarketOptions,
} from '../../apps/nightmarket/src/rush/own-market.ts'
import { runCommand } from '../../apps/nightmarket/src/rush/run-command.ts'
import type { ServerProcess } from '../../apps/nightmarket/src/rush/server-process.ts'
import { Tally } from '../../apps/nightmarket/src/rush/tally.ts'
import type { Problem } from '../../apps/nightmarket/src/problem.ts'

/** More than come while a test kills: the doors close when it is done. */
const BUYERS_MAX = 50_000

/** How long those in line stay, and how long the last payments may take. */
const LINE_MS = 25_000
const SETTLE_MS = 60_000

/** What sells while a test kills. */
export interface CrashMarketOptions extends OwnMarketOptions {
  readonly units: number
  readonly perSecond: number
  /** A seed of its own, which is printed, unless told. */
  readonly seed?: number
}

/** A market of real processes under a steady load, to be killed piece by piece. */
export class CrashMarket implements AsyncDisposable {
  readonly market: OwnMarket
  readonly tally = new Tally()
  /** How often a process was ended with SIGKILL. */
  kills = 0
  readonly #dice: () => number
  readonly #crowd: RunningCrowd
  readonly #doorsClosed = new AbortController()
  readonly #stopping: AbortController

  private constructor(
    market: OwnMarket,
    stopping: AbortController,
    load: { readonly seed: number; readonly perSecond: number; readonly units: number },
  ) {
    this.market = market
    this.#stopping = stopping
    this.#dice = createDice(load.seed)
    const { clientele } = writeOneVariantShow(market.folder, { units: load.units, ...FAILING })
    this.#crowd = letIn(
      {
        doors: market.doors,
        buyers: BUYERS_MAX,
        concurrency: 12 * market.edges.length,
        clientele,
        arrivalMs: (BUYERS_MAX * 1_000) / load.perSecond,
        seed: load.seed,
        stopped: stopping.signal,
        doorsClosed: this.#doorsClosed.signal,
      },
      this.tally,
    )
  }

  /** Start a market that sells `units` of one thing, and let buyers come. */
  static async open(options: CrashMarketOptions): Promise<CrashMarket> {
    const seed = options.seed ?? seedOfTest()
    const stopping = new AbortController()
    const onDeath = (problem: Problem) => stopping.abort(problem)
    const market = await OwnMarket.open({ ...options, onDeath })
    const { catalogue, show } = writeOneVariantShow(market.folder, options)
    await runCommand(['import', catalogue, '--data', market.folder])
    await runCommand(['show', 'apply', show, '--data', market.folder])
    await waitUntilOpen(market.doors, [{ ...RUSH_DROP, weight: 1 }], stopping.signal)
    return new CrashMarket(market, stopping, { ...options, seed })
  }

  /** Kill a process at a random moment, and start it again, as often as wanted. */
  async killAgainAndAgain(server: ServerProcess, times: number, betweenMs: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      await this.killOnce(server, betweenMs)
      await server.restart()
    }
  }

  /** Kill a process at a random moment of the next `withinMs`. */
  async killOnce(server: ServerProcess, withinMs: number): Promise<void> {
    await delay(this.#dice() * withinMs)
    this.#stopping.signal.throwIfAborted()
    await server.kill()
    this.kills += 1
  }

  /** Cut the power of everything at once, and start it all again. */
  async cutPower(): Promise<void> {
    await this.powerOffWithin(500)
    await this.powerOn()
  }

  /** Cut the power of everything at a random moment of the next `withinMs`. */
  async powerOffWithin(withinMs: number): Promise<void> {
    const { sandbox, cores, edges } = this.market
    const all = [sandbox, ...cores, ...edges.map(({ server }) => server)]
    await delay(this.#dice() * withinMs)
    this.#stopping.signal.throwIfAborted()
    await Promise.all(all.map((server) => server.kill()))
    this.kills += all.length
  }

  /** Start everything again where it was. */
  async powerOn(): Promise<void> {
    const { sandbox, cores, edges } = this.market
    await sandbox.restart()
    for (const core of cores) await core.restart()
    await Promise.all(edges.map(({ server }) => server.restart()))
  }

  /** Close the doors, wait for the last payment, and hold every promise against what is there. */
  async conclude(): Promise<Conclusion> {
    this.#doorsClosed.abort()
    await this.#crowd.arrived
    await seeOut([this.#crowd], LINE_MS)
    this.#stopping.signal.throwIfAborted()
    const waiting = { waitMs: SETTLE_MS, stopped: this.#stopping.signal, say: () => undefined }
    return concludeMarket(this.market, this.tally, waiting)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#doorsClosed.abort()
    this.#stopping.abort()
    await this.market[Symbol.asyncDispose]()
  }
}

function seedOfTest(): number {
  const seed = Number(process.env['NIGHTMARKET_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 32))
  console.log(`seed ${seed}: run again with NIGHTMARKET_TEST_SEED=${seed}`)
  return seed
}

/** Some cards fail, so that units come back and go to the next in line. */
const FAILING = { decliningShare: 0.05 }

/** State that nothing was lost, nothing sold twice, and that every order has its end. */
export function assertKept({ tally, kills }: CrashMarket, conclusion: Conclusion): void {
  const { verify, isSettled, standing } = conclusion
  deepEqual(
    verify.checks.filter(({ violationCount }) => violationCount > 0),
    [],
  )
  deepEqual(tally.promises.broken, [])
  equal(verify.lost, 0)
  equal(verify.oversold, 0)
  ok(isSettled, `not everything has come to its end: ${JSON.stringify(standing)}`)
  ok(tally.promises.count > 0, 'somebody bought')
  const { repeats, outcomes } = tally
  const told = { kills, accepted: tally.promises.count, repeats, outcomes }
  console.log(JSON.stringify(told))
}
