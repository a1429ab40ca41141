import type { LiveMessage } from '@nightmarket/edge'
import { priceText, say } from '@nightmarket/ui'

import { TakenUnits } from '../buy/taken-units.ts'
import type { Wish } from '../buy/wish.ts'
import { askEdge } from '../edge/ask-edge.ts'
import { setClock } from '../page/clock.ts'
import type { PageFacts } from '../page/page-facts.ts'
import { LiveDrops, type DropNow, type ListingNow } from './live-drops.ts'
import { openLiveWire } from './live-wire.ts'

/** Between two looks at a drop while the page is seen. */
const LOOK_MS = 3_000

/** How far reloads of many pages are spread. */
const RELOAD_SPREAD_MS = 500

/** Up to so many units are drawn one by one. */
const LANTERNS_MAX = 20

/** The stock that a page shows, which a tap lowers before the stall has answered. */
export interface StockShown {
  follow(wish: Wish): void
  /** A drop as the edge told it last. */
  drop(dropId: string): DropNow | undefined
}

/** Where drops are heard, and who else listens there. */
export interface DropEars {
  readonly edgeUrl: () => string
  readonly onSilence: () => void
  /** Hears each message after the drops have taken it in. */
  readonly hearAlso: (message: LiveMessage) => void
}

/**
 * Keep stock, prices and phases of the drops on this page as the edge has them: heard as they
 * change, and looked up while nothing is heard.
 */
export function followDrops(
  facts: PageFacts,
  { edgeUrl, onSilence, hearAlso }: DropEars,
): StockShown {
  const taken = new TakenUnits(() => {
    for (const drop of latest.values()) show(drop)
  })
  const latest = new Map<string, DropNow>()
  const sections = [...document.querySelectorAll<HTMLElement>('[data-drop-section]')]
  if (sections.length === 0) return { follow: () => {}, drop: () => undefined }
  const sectionOf = (dropId: string) =>
    sections.find((section) => section.dataset['dropSection'] === dropId)
  const show = (drop: DropNow) => {
    const section = sectionOf(drop.dropId)
    latest.set(drop.dropId, drop)
    if (section !== undefined) showDrop(facts, section, lowered(drop, taken))
  }
  const drops = new LiveDrops(show)
  const hear = (message: LiveMessage) => {
    if (message.type === 'hello') setClock(message.nowMs)
    const dropIds = sections.map((section) => section.dataset['dropSection'] ?? '')
    if (drops.hear(message, dropIds) === 'another_page') reloadSoon()
    hearAlso(message)
  }
  const wire = openLiveWire({ edgeUrl, hear, onSilence })
  const look = async () => {
    if (!document.hidden && !wire.isOpen()) {
      const answers = await Promise.all(sections.map((section) => readDrop(edgeUrl(), section)))
      for (const drop of answers) if (drop !== null) show(drop)
      if (answers.some((drop) => drop === null)) onSilence()
    }
    setTimeout(() => void look(), LOOK_MS * (0.8 + 0.4 * Math.random()))
  }
  setTimeout(() => void look(), LOOK_MS)
  return {
    drop: (dropId) => latest.get(dropId),
    follow(wish) {
      const drop = latest.get(wish.dropId)
      const listing = drop?.listings.find(({ variantId }) => variantId === wish.variantId)
      taken.follow(wish, listing?.stock === 'here' ? listing.unitsHere : null)
    },
  }
}

/** A drop as this page's buyer sees it: what is being sold to them is not left any more. */
function lowered(drop: DropNow, taken: TakenUnits): DropNow {
  const listings = drop.listings.map((listing) => {
    if (listing.stock !== 'here') return listing
    const unitsHere = taken.leftOf(drop.dropId, listing.variantId, listing.unitsHere)
    return { ...listing, unitsHere, stock: unitsHere > 0 ? ('here' as const) : ('line' as const) }
  })
  return { ...drop, listings }
}

/** Another page is fetched whole, once nobody is typing; not by everybody in the same instant. */
function reloadSoon(): void {
  if (document.querySelector('dialog[open]') === null) {
    setTimeout(() => location.reload(), RELOAD_SPREAD_MS * Math.random())
  }
}

async function readDrop(edgeUrl: string, section: HTMLElement): Promise<DropNow | null> {
  const dropId = encodeURIComponent(section.dataset['dropSection'] ?? '')
  const answer = await askEdge<DropNow>(edgeUrl, { path: `/v1/drops/${dropId}`, timeoutMs: 5_000 })
  return answer?.status === 200 ? answer.body : null
}

/** A drop that opened or closed is another page: it is fetched whole, once nobody is typing. */
function showDrop(facts: PageFacts, section: HTMLElement, drop: DropNow): void {
  if (drop.nowMs !== undefined) setClock(drop.nowMs)
  if (section.dataset['phase'] !== drop.phase) return reloadSoon()
  for (const listing of drop.listings) {
    const id = CSS.escape(listing.variantId)
    const card = section.querySelector<HTMLElement>(`[data-variant="${id}"]`)
    if (card !== null) showListing(facts, card, listing, drop.phase)
  }
}

function showListing(
  facts: PageFacts,
  card: HTMLElement,
  listing: ListingNow,
  phase: DropNow['phase'],
): void {
  const look = `${listing.stock} ${listing.unitsHere} ${listing.priceMinor}`
  if (card.dataset['look'] === look) return
  card.dataset['look'] = look
  card.dataset['stock'] = listing.stock
  const { words } = facts
  const price = priceText(facts, listing.priceMinor)
  const shown = card.querySelector<HTMLElement>('[data-price]')
  if (shown !== null) {
    shown.textContent = price
    shown.dataset['price'] = String(listing.priceMinor)
  }
  card.querySelector('[data-stock-text]')?.replaceChildren(...stockParts(facts, listing, phase))
  const buy = card.querySelector<HTMLAnchorElement>('a[data-buy]')
  if (buy === null) return
  const isOver = listing.stock === 'sold_out'
  const sentence = listing.stock === 'here' ? words.buyFor : words.joinLine
  buy.textContent = isOver ? words.soldOut : say(sentence, { price })
  buy.setAttribute(
    'aria-label',
    `${card.querySelector('.card-title')?.textContent ?? ''}: ${buy.textContent}`,
  )
  buy.classList.toggle('buy-off', isOver)
  buy.classList.toggle('buy-line', listing.stock === 'line')
}

function stockParts(
  { words }: PageFacts,
  { stock, unitsHere }: ListingNow,
  phase: DropNow['phase'],
): readonly (Node | string)[] {
  if (phase === 'closed' || (phase === 'upcoming' && stock === 'line')) return []
  if (stock !== 'here') return [stock === 'line' ? words.line : words.soldOut]
  const text = unitsHere === 1 ? words.leftOne : say(words.left, { count: unitsHere })
  if (unitsHere > LANTERNS_MAX) return [text]
  const lanterns = document.createElement('span')
  lanterns.className = 'lanterns'
  lanterns.ariaHidden = 'true'
  for (let count = 0; count < unitsHere; count += 1) lanterns.append(document.createElement('i'))
  return [lanterns, ` ${text}`]
}
