import { setTimeout as delay } from 'node:timers/promises'

import { createCoreClient } from '@nightmarket/core'

import { ask } from '../market/ask.ts'
import { concludeMarket, type Conclusion } from '../rush/conclude.ts'
import type { Wish } from '../rush/buyer.ts'
import { letIn, seeOut } from '../rush/crowd.ts'
import type { Door } from '../rush/door.ts'
import { describeTally, sayEvery } from '../rush/live-line.ts'
import { readWishes, waitUntilOpen } from '../rush/open-show.ts'
import { openBooksToRead, readStanding, type MarketStanding } from '../rush/market-progress.ts'
import type { OwnMarket } from '../rush/own-market.ts'
import { runCommand } from '../rush/run-command.ts'
import { Tally } from '../rush/tally.ts'
import { makeTroubles, type TroubleReport } from '../rush/troubles.ts'
import { counted } from '../terminal/format.ts'
import type { Terminal } from '../terminal/terminal.ts'
import {
  DEMO_CATALOGUE,
  DEMO_CUT_MS,
  DEMO_LINE_MS,
  DEMO_REFUNDS,
  DEMO_SHOW,
  planCrowds,
  type DemoCrowd,
} from './demo-plan.ts'
import {
  countStrikes,
  EVENING_FAULTS,
  OPENING_FAULTS,
  switchFaultsOff,
  switchFaultsOn,
} from './faults.ts'
import type { Story } from './story.ts'

/** What the evening came to. */
export interface DemoResult {
  readonly imported: { readonly products: number; readonly variants: number }
  /** Units that the show put up for sale. */
  readonly units: number
  readonly buyers: number
  readonly tally: Tally
  readonly troubles: TroubleReport
  readonly strikes: Readonly<Record<string, number>>
  readonly conclusion: Conclusion
  readonly seconds: number
}

/** How long the last payments may take. */
const SETTLE_MS = 45_000

/** How long an edge may take to hear of the show. */
const READ_MS_MAX = 10_000

/** How long the opening's payments may take until the evening goes on. */
const CARDS_MS_MAX = 12_000
const LOOK_MS = 200

/** How often it is said how it goes. */
const SAY_MS = 250

/** What a demo is played with. */
export interface DemoStage {
  readonly story: Story
  readonly terminal: Terminal
  readonly stopped: AbortSignal
}

/** Play the evening on a market that has just started. */
export async function runDemo(market: OwnMarket, stage: DemoStage): Promise<DemoResult> {
  const { story, terminal, stopped } = stage
  const startedMs = performance.now()
  const { imported, units, wishes } = await openShow(market, story, stopped)
  const sold = await playEvening(market, planCrowds(wishes), stage)
  stopped.throwIfAborted()
  const strikes = await countStrikes(market.sandbox.url)
  await switchFaultsOff(market.sandbox.url)
  story.chapter('After the show: payments, refunds, books')
  await refundSome(market, story)
  const say = terminal.progress
  const conclusion = await concludeMarket(market, sold.tally, { waitMs: SETTLE_MS, stopped, say })
  stopped.throwIfAborted()
  terminal.endProgress()
  const seconds = Math.round((performance.now() - startedMs) / 1_000)
  return { imported, units, ...sold, strikes, conclusion, seconds }
}

type Crowds = ReturnType<typeof planCrowds>

/** The three crowds, and what is done to the market while the second one buys. */
async function playEvening(market: OwnMarket, crowds: Crowds, stage: DemoStage) {
  const { story, terminal, stopped } = stage
  const tally = new Tally()
  const { doors } = market
  const buyers = Object.values(crowds).reduce((sum, crowd) => sum + crowd.buyers, 0)
  const notes = () => (market.links.some((link) => link.isCut) ? ['the uplink is cut'] : [])
  const say = () => terminal.progress(describeTally(tally, buyers, notes()))
  const endSaying = sayEvery(SAY_MS, say)
  const bring = (crowd: DemoCrowd) => letIn({ ...crowd, doors, stopped }, tally)
  try {
    story.chapter(`Doors open: ${counted(crowds.opening.buyers, 'buyer')} at once`)
    const opening = bring(crowds.opening)
    await opening.arrived
    story.tell(`${counted(tally.promises.count, 'order')} accepted, each with its receipt.`)
    await waitForCards(market, story, stopped)
    await switchFaultsOn(market.sandbox.url, EVENING_FAULTS)
    story.chapter('The evening: people come and go, and things break')
    const evening = bring(crowds.evening)
    const troubles = await trouble(market, tally, crowds, { story, stopped })
    await evening.arrived
    story.chapter(`Last call: ${counted(crowds.last.buyers, 'buyer')} for what is left`)
    const last = bring(crowds.last)
    await last.arrived
    const tooLate = counted(tally.outcomes.sold_out, 'person', 'people')
    story.tell(`${tooLate} were told so far that nothing is left.`)
    await seeOut([opening, evening, last], DEMO_LINE_MS)
    return { tally, buyers, troubles }
  } finally {
    endSaying()
    terminal.endProgress()
  }
}

/** The opening was sold on trust; a little later its cards have been charged. */
async function waitForCards(market: OwnMarket, story: Story, stopped: AbortSignal): Promise<void> {
  await using books = openBooksToRead(market.books)
  const untilMs = performance.now() + CARDS_MS_MAX
  let standing = await readStanding(market.folder, books)
  while (hasCards(standing) && performance.now() < untilMs && !stopped.aborted) {
    await delay(LOOK_MS)
    standing = await readStanding(market.folder, books)
  }
  const { captured = 0, rescue = 0 } = standing.orders
  story.tell(
    `Their cards were charged through the core: ${counted(captured, 'order')} paid, ` +
      `${counted(rescue, 'card')} declined. Those buyers may pay another way for 8 seconds.`,
  )
}

function hasCards({ openPayments, unsynced }: MarketStanding): boolean {
  return openPayments + unsynced > 0
}

function trouble(
  market: OwnMarket,
  tally: Tally,
  { opening, evening }: Crowds,
  { story, stopped }: Pick<DemoStage, 'story' | 'stopped'>,
): Promise<TroubleReport> {
  return makeTroubles(market, tally, {
    before: opening.buyers,
    buyers: evening.buyers,
    troubles: { cutMs: DEMO_CUT_MS, killsEdge: true },
    stopped,
    note: story.tell,
  })
}

/** The host gives some buyers their money back, as people do. */
async function refundSome(market: OwnMarket, story: Story): Promise<void> {
  const client = createCoreClient(market.core.url, { token: market.adminToken })
  const query = { state: 'captured', limit: String(DEMO_REFUNDS) } as const
  const { orders } = await ask(client.v1.orders.$get({ query }))
  for (const { orderId } of orders) {
    const refund = client.v1.orders[':orderId'].refund
    await ask(refund.$post({ param: { orderId }, json: { reason: 'changed their mind' } }))
  }
  story.tell(`The host refunds ${counted(orders.length, 'order')}.`)
}

async function openShow(market: OwnMarket, story: Story, stopped: AbortSignal) {
  const { folder, doors } = market
  story.chapter('Before doors')
  const imported = (await runCommand(['import', DEMO_CATALOGUE, '--data', folder])) as unknown as {
    readonly products: { readonly created: number }
    readonly variants: { readonly total: number }
  }
  const counts = { products: imported.products.created, variants: imported.variants.total }
  story.tell(`${counted(counts.products, 'product')} with ${counts.variants} variants imported.`)
  const { releaseId } = await runCommand(['show', 'apply', DEMO_SHOW, '--data', folder])
  const release = String(releaseId).slice(0, 12)
  story.tell(`The show is release ${release}, sold by ${doors.length} edges.`)
  const [door] = doors
  if (door === undefined) throw new Error('a demo has edges')
  await waitUntilRead(door, stopped)
  const wishes = await readWishes(door)
  await waitUntilOpen(doors, wishes, stopped)
  const units = await countUnits(market, wishes)
  story.tell(`${counted(units, 'unit')} are for sale; the edges have their first share of them.`)
  await switchFaultsOn(market.sandbox.url, OPENING_FAULTS)
  story.tell('The processor declines some cards; some of its notices are late or doubled.')
  return { imported: counts, units, wishes }
}

/** An edge shows the show once it has heard of it. */
async function waitUntilRead(door: Door, stopped: AbortSignal): Promise<void> {
  const untilMs = performance.now() + READ_MS_MAX
  while (!stopped.aborted && performance.now() < untilMs) {
    const { status } = await door.ask({ method: 'GET', path: '/v1/show' })
    if (status === 200) return
    await delay(50)
  }
}

async function countUnits(market: OwnMarket, wishes: readonly Wish[]): Promise<number> {
  const client = createCoreClient(market.core.url, { token: market.adminToken })
  const { items } = await ask(client.v1.stock.$get())
  const wanted = new Set(wishes.map(({ variantId }) => variantId))
  const sold = items.filter(({ itemId }) => wanted.has(itemId))
  return sold.reduce((sum, { onHand }) => sum + onHand, 0)
}
