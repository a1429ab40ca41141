import { priceText, say } from '@nightmarket/ui'

import { askEdge } from '../edge/ask-edge.ts'
import { setClock } from '../page/clock.ts'
import type { PageFacts } from '../page/page-facts.ts'

/** Between two looks at a drop while the page is seen. */
const LOOK_MS = 3_000

/** Up to so many units are drawn one by one. */
const LANTERNS_MAX = 20

interface DropNow {
  readonly dropId: string
  readonly phase: string
  readonly nowMs: number
  readonly listings: readonly ListingNow[]
}

interface ListingNow {
  readonly variantId: string
  readonly priceMinor: number
  readonly unitsHere: number
  readonly stock: 'here' | 'line' | 'sold_out'
}

/** Keep stock, prices and phases of the drops on this page as the edge has them. */
export function followDrops(facts: PageFacts, edgeUrl: () => string, onSilence: () => void): void {
  const sections = [...document.querySelectorAll<HTMLElement>('[data-drop-section]')]
  if (sections.length === 0) return
  const look = async () => {
    if (!document.hidden) {
      const answers = await Promise.all(sections.map((section) => readDrop(edgeUrl(), section)))
      answers.forEach((drop, at) => {
        const section = sections[at]
        if (drop !== null && section !== undefined) showDrop(facts, section, drop)
      })
      if (answers.some((drop) => drop === null)) onSilence()
    }
    setTimeout(() => void look(), LOOK_MS * (0.8 + 0.4 * Math.random()))
  }
  setTimeout(() => void look(), LOOK_MS * Math.random())
}

async function readDrop(edgeUrl: string, section: HTMLElement): Promise<DropNow | null> {
  const dropId = encodeURIComponent(section.dataset['dropSection'] ?? '')
  const answer = await askEdge<DropNow>(edgeUrl, { path: `/v1/drops/${dropId}`, timeoutMs: 5_000 })
  return answer?.status === 200 ? answer.body : null
}

/** A drop that opened or closed is another page: it is fetched whole, once nobody is typing. */
function showDrop(facts: PageFacts, section: HTMLElement, drop: DropNow): void {
  setClock(drop.nowMs)
  const isOther = section.dataset['phase'] !== drop.phase
  if (isOther && document.querySelector('dialog[open]') === null) return location.reload()
  for (const listing of drop.listings) {
    const id = CSS.escape(listing.variantId)
    const card = section.querySelector<HTMLElement>(`[data-variant="${id}"]`)
    if (card !== null) showListing(facts, card, listing)
  }
}

function showListing(facts: PageFacts, card: HTMLElement, listing: ListingNow): void {
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
  card.querySelector('[data-stock-text]')?.replaceChildren(...stockParts(facts, listing))
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
): readonly (Node | string)[] {
  if (stock !== 'here') return [stock === 'line' ? words.line : words.soldOut]
  const text = unitsHere === 1 ? words.leftOne : say(words.left, { count: unitsHere })
  if (unitsHere > LANTERNS_MAX) return [text]
  const lanterns = document.createElement('span')
  lanterns.className = 'lanterns'
  lanterns.ariaHidden = 'true'
  for (let count = 0; count < unitsHere; count += 1) lanterns.append(document.createElement('i'))
  return [lanterns, ` ${text}`]
}
