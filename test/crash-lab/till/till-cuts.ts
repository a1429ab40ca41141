import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Page } from 'playwright-core'

import { openChromium, type LabBrowser } from '../../../scripts/browser-lab.ts'
import { openTillMarket, type TillMarket } from '../../e2e/till/till-market.ts'
import { openNewTill, openTill, ordersIn, sellMany, signIn } from '../../e2e/till/till-page.ts'
import type { LabReport, LabRun } from '../lab-report.ts'
import { PowerDisk } from '../power/power-disk.ts'
import { findUnbooked } from './find-unbooked.ts'

/** How a till is run: as it is, or as a control that has to lose. */
type Condition = 'as it is' | 'relaxed durability' | 'a drive that is never flushed'

const CONTROLS = ['relaxed durability', 'a drive that is never flushed'] as const

/** A control that lost nothing by luck is tried again, this often at most. */
const CONTROL_TRIES_MAX = 5

/** How long a till sells at most before its power goes, after its first sale. */
const SELLS_MS_MAX = 2_500

/** More than a run of any length sells. */
const STOCK = { blue: 200_000, red: 200_000 } as const

interface Cut {
  readonly sold: number
  readonly lost: number
  readonly findings: readonly string[]
}

/** Cut the power of tablets whose tills sell, each on a disk of its own, and of two controls. */
export async function cutTillPower(cuts: number, run: LabRun): Promise<LabReport> {
  await using market = await openTillMarket(STOCK)
  const findings: string[] = []
  const figures: Record<string, number> = { cuts: 0, 'sales accepted': 0, lost: 0 }
  let [done, sold, lost] = [0, 0, 0]
  for (; done < cuts && !run.stopped.aborted; done += 1) {
    const cut = await cutOnce('as it is', done % 2 === 1, market, run)
    sold += cut.sold
    lost += cut.lost
    findings.push(...cut.findings.map((finding) => `cut ${done + 1}: ${finding}`))
    run.progress(`a till: ${done + 1} of ${cuts} cuts, ${lost} of ${sold} sales lost`)
  }
  Object.assign(figures, { cuts: done, 'sales accepted': sold, lost })
  let isVoid = false
  for (const condition of CONTROLS) {
    const lostByControl = await loseInControl(condition, market, run)
    figures[`lost by the control with ${condition}`] = lostByControl
    isVoid ||= lostByControl === 0
  }
  const isBroken = lost > 0 || findings.length > 0
  if (isVoid) findings.push('A control lost nothing: the cuts show nothing.')
  const verdict = isVoid ? 'void' : isBroken ? 'broken' : 'kept'
  return { part: 'power: a till in a browser', verdict, figures, findings }
}

async function loseInControl(
  condition: Condition,
  market: TillMarket,
  run: LabRun,
): Promise<number> {
  for (let tries = 1; tries <= CONTROL_TRIES_MAX && !run.stopped.aborted; tries += 1) {
    run.progress(`a till: control with ${condition}, try ${tries}`)
    const { lost } = await cutOnce(condition, false, market, run)
    if (lost > 0) return lost
  }
  return 0
}

/**
 * One tablet from its first start to its cut. An aged profile was closed and opened again before
 * it sells; a fresh one is cut within seconds of its first start.
 */
async function cutOnce(
  condition: Condition,
  isAged: boolean,
  market: TillMarket,
  run: LabRun,
): Promise<Cut> {
  using disk = PowerDisk.create({ flushes: condition !== 'a drive that is never flushed' })
  const profile = profileOn(disk.path)
  const isRelaxed = condition === 'relaxed durability'
  const sold = new Set<string>()
  if (isAged) {
    await using browser = await openChromium(profile)
    await openNewTill(browser, market)
  }
  {
    await using browser = await openChromium(profile)
    if (isRelaxed) await browser.context.addInitScript(relax)
    if (isAged) await signIn(await openAt(browser, market), market.steward)
    else await openNewTill(browser, market)
    await sellUntilCut(browser, sold, run)
  }
  using left = disk.cut()
  return await lookAt(profileOn(left.path), sold, market, condition === 'as it is')
}

function profileOn(folder: string) {
  return { path: join(folder, 'profile') }
}

function openAt(browser: LabBrowser, market: TillMarket): Promise<Page> {
  return openTill(browser, `${market.edgeUrl}/till/`)
}

/** In the page, before the app: every transaction answers before it is on the disk. */
function relax(): void {
  const { prototype } = IDBDatabase
  const strict = Reflect.get(prototype, 'transaction') as () => IDBTransaction
  const relaxed = new Proxy(strict, {
    apply: (transaction, database, [stores, mode]: readonly unknown[]) =>
      Reflect.apply(transaction, database, [stores, mode, { durability: 'relaxed' }] as never),
  })
  Reflect.set(prototype, 'transaction', relaxed)
}

async function sellUntilCut(
  browser: LabBrowser,
  sold: Set<string>,
  run: LabRun,
): Promise<void> {
  const page = browser.context.pages().at(-1)
  if (page === undefined) throw new Error('the till has no page')
  const first = Promise.withResolvers<void>()
  const died = sellMany(page, Infinity, (orderId) => {
    sold.add(orderId)
    first.resolve()
  }).catch(() => undefined)
  await first.promise
  await delay(run.dice() * SELLS_MS_MAX)
  await browser.kill()
  await died
}

/** What the tablet finds when its power is back. A till that kept everything goes on and syncs. */
async function lookAt(
  profile: ReturnType<typeof profileOn>,
  sold: ReadonlySet<string>,
  market: TillMarket,
  mustGoOn: boolean,
): Promise<Cut> {
  {
    await using browser = await openChromium(profile)
    const page = await openAt(browser, market)
    await page.locator('input[name=pin], input[name=code], .alone .code').first().waitFor()
    const found = new Set(await ordersIn(page))
    const lost = [...sold].filter((orderId) => !found.has(orderId)).length
    const isIn = (await page.locator('input[name=pin]').count()) > 0
    if (lost > 0 || !isIn) {
      const findings = isIn ? [] : ['the app did not open as the till it was']
      return { sold: sold.size, lost, findings: [`lost ${lost} of ${sold.size}`, ...findings] }
    }
  }
  const findings = mustGoOn
    ? await findUnbooked(market, profile, sold).catch((error: unknown) => [String(error)])
    : []
  return { sold: sold.size, lost: 0, findings }
}
