import { setTimeout as delay } from 'node:timers/promises'

import {
  createProfile,
  openChromium,
  type LabBrowser,
  type Profile,
} from '../../../scripts/browser-lab.ts'
import { openTillMarket, type TillMarket } from '../../e2e/till/till-market.ts'
import {
  openNewTill,
  openTill,
  ordersIn,
  sellMany,
  signIn,
  untilKept,
} from '../../e2e/till/till-page.ts'
import type { LabReport, LabRun } from '../lab-report.ts'
import { findUnbooked } from './find-unbooked.ts'

/** A browser is killed at a random moment of this long after its first sale. */
const SELLS_MS_MAX = 1_200

/** More than a run of any length sells. */
const STOCK = { blue: 200_000, red: 200_000 } as const

/** Every other browser sells unplugged: what it sold before has to be there all the same. */
const isUnplugged = (round: number) => round % 2 === 1

/** Kill the browser of one till that sells, again and again, and go on on its profile. */
export async function killTill(kills: number, run: LabRun): Promise<LabReport> {
  await using market = await openTillMarket(STOCK)
  using profile = createProfile()
  const sold = new Set<string>()
  const findings: string[] = []
  let killed = 0
  let lost = 0
  await enrolOnce(profile, market)
  for (; killed < kills && !run.stopped.aborted; killed += 1) {
    await using browser = await openChromium(profile)
    await browser.context.setOffline(isUnplugged(killed))
    const found = await openAgain(browser, market)
    const missing = [...sold].filter((orderId) => !found.has(orderId))
    for (const orderId of missing) {
      findings.push(`after kill ${killed} the journal has no ${orderId}`)
      sold.delete(orderId)
    }
    lost += missing.length
    await sellUntilKilled(browser, sold, run)
    run.progress(`a till's browser: ${killed + 1} of ${kills} kills, ${sold.size} sold`)
  }
  findings.push(...(await findUnbooked(market, profile, sold)))
  return {
    part: "kill -9 of a till's browser",
    verdict: findings.length === 0 ? 'kept' : 'broken',
    figures: { kills: killed, 'sales accepted': sold.size + lost, lost },
    findings,
  }
}

async function enrolOnce(profile: Profile, market: TillMarket): Promise<void> {
  await using browser = await openChromium(profile)
  const page = await openNewTill(browser, market)
  await untilKept(page)
}

/** The app opens, knows who it is, and lets somebody in; what its journal has. */
async function openAgain(browser: LabBrowser, market: TillMarket): Promise<ReadonlySet<string>> {
  const page = await openTill(browser, `${market.edgeUrl}/till/`)
  await signIn(page, market.steward)
  return new Set(await ordersIn(page))
}

async function sellUntilKilled(
  browser: LabBrowser,
  sold: Set<string>,
  run: LabRun,
): Promise<void> {
  const page = browser.context.pages().at(-1)
  if (page === undefined) throw new Error('the till has no page')
  const first = Promise.withResolvers<void>()
  const selling = sellMany(page, Infinity, (orderId) => {
    sold.add(orderId)
    first.resolve()
  })
  const died = selling.catch(() => undefined)
  await first.promise
  await delay(run.dice() * SELLS_MS_MAX)
  await browser.kill()
  await died
}
