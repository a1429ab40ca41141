import type { OverlayContent } from '@nightmarket/edge'
import { buyPath, priceText, say } from '@nightmarket/ui'

import type { DropNow } from '../live/live-drops.ts'
import { countdownTo } from '../page/clock.ts'
import { element } from '../page/element.ts'
import type { PageFacts } from '../page/page-facts.ts'

/** What an overlay may tell of beside its own words. */
export interface OverlaySight {
  readonly page: Pick<PageFacts, 'words' | 'currency' | 'language'>
  readonly drop: (dropId: string) => DropNow | undefined
  /** What a variant is called; `null` before it is known. */
  readonly titleOf: (variantId: string) => string | null
}

/**
 * Draw an overlay; the same on a page and in the browser source. Every word becomes a text node.
 * `null`: what it would tell is not known here.
 */
export function drawOverlay(content: OverlayContent, sight: OverlaySight): HTMLElement | null {
  switch (content.kind) {
    case 'buy_card':
      return buyCard(content, sight)
    case 'sold_counter': {
      const sold = sight.drop(content.dropId)?.unitsSold
      return sold === undefined ? null : box(content.kind, big(`${sold}`), content.text)
    }
    case 'countdown':
      return box(content.kind, element('span', {}, content.text), countdownTo(content.endsAtMs))
    case 'banner':
      return box(content.kind, content.text)
    case 'winner':
      return box(content.kind, element('span', {}, content.text), big(content.name))
  }
}

function buyCard(
  { dropId, variantId }: Extract<OverlayContent, { kind: 'buy_card' }>,
  { page, drop: dropNow, titleOf }: OverlaySight,
): HTMLElement | null {
  const drop = dropNow(dropId)
  const listing = drop?.listings.find((each) => each.variantId === variantId)
  const title = titleOf(variantId)
  if (drop === undefined || listing === undefined || title === null) return null
  const { words } = page
  const { priceMinor, stock, unitsHere } = listing
  const price = priceText(page, priceMinor)
  const left = unitsHere === 1 ? words.leftOne : say(words.left, { count: unitsHere })
  const text = { here: left, line: words.line, sold_out: words.soldOut }[stock]
  const card = box(
    'buy_card',
    element('span', { class: 'card-title' }, title),
    element('span', { class: 'overlay-price', 'data-price': priceMinor }, price),
    element('span', { class: 'overlay-left' }, drop.phase === 'upcoming' ? words.notOpen : text),
    drop.phase === 'open' && stock !== 'sold_out'
      ? buyLink(
          buyPath(dropId, variantId),
          stock === 'here' ? words.buy : say(words.joinLine, { price }),
          title,
        )
      : null,
  )
  card.dataset['drop'] = dropId
  card.dataset['variant'] = variantId
  return card
}

function buyLink(href: string, text: string, title: string): HTMLElement {
  const label = `${title}: ${text}`
  return element('a', { class: 'buy', 'data-buy': '', href, 'aria-label': label }, text)
}

function big(text: string): HTMLElement {
  return element('strong', {}, text)
}

function box(kind: OverlayContent['kind'], ...children: readonly (Node | string | null)[]) {
  return element('div', { class: `overlay overlay-${kind.replace('_', '-')}` }, ...children)
}
