import { html, type Html, type HtmlPart } from '../html.ts'
import {
  IMAGE_FALLBACK,
  IMAGE_FORMATS,
  parseOwnImage,
  sourceSet,
  type OwnImage,
} from './own-image.ts'
import type { StageDrop, StageListing, StageSite } from './stage-facts.ts'
import { priceText } from './stage-time.ts'
import { say } from './words.ts'

/** Up to so many units are drawn one by one: a person sees how few there are. */
const LANTERNS_MAX = 20

/** One thing that is sold: picture, name, price, what is left, and the way to buy it. */
export function listingCard(site: StageSite, drop: StageDrop, listing: StageListing): Html {
  const { words } = site
  const { variantId, title, priceMinor, perCustomer } = listing
  return html`<li
    class="card"
    data-drop="${drop.dropId}"
    data-variant="${variantId}"
    data-stock="${listing.stock}"
  >
    ${picture(listing)}
    <div class="card-text">
      <p class="card-title"><a href="${productPath(drop.dropId, variantId)}">${title}</a></p>
      <p class="card-price">
        <span data-price="${priceMinor}">${priceText(site, priceMinor)}</span
        >${reduced(site, listing)}
      </p>
      <p class="card-stock" data-stock-text>${stockText(site, drop, listing)}</p>
      ${perCustomer !== null && limitLine(words.perCustomer, perCustomer)}
    </div>
    ${buyLink(site, drop, listing)}
  </li>`
}

function limitLine(sentence: string, count: number): Html {
  return html`<p class="card-limit">${say(sentence, { count })}</p>`
}

/** Where a thing has a page of its own. */
export function productPath(dropId: string, variantId: string): string {
  return `/drops/${encodeURIComponent(dropId)}/${encodeURIComponent(variantId)}`
}

/** Where a thing is bought. */
export function buyPath(dropId: string, variantId: string): string {
  return `/buy/${encodeURIComponent(dropId)}/${encodeURIComponent(variantId)}`
}

/** The way to buy it, or why there is none. */
export function buyLink(site: StageSite, drop: StageDrop, listing: StageListing): Html {
  const { words } = site
  const price = priceText(site, listing.priceMinor)
  if (drop.phase === 'upcoming') return html`<p class="buy buy-off" data-buy>${words.notOpen}</p>`
  const isOver = drop.phase === 'closed'
  if (isOver || listing.stock === 'sold_out') {
    const text = isOver ? words.dropClosed : words.soldOut
    return html`<p class="buy buy-off" data-buy>${text}</p>`
  }
  const text = say(listing.stock === 'here' ? words.buyFor : words.joinLine, { price })
  const look = listing.stock === 'here' ? 'buy' : 'buy buy-line'
  const path = buyPath(drop.dropId, listing.variantId)
  return html`<a
    class="${look}"
    data-buy
    href="${path}"
    aria-label="${listing.title}: ${text}"
    rel="nofollow"
    >${text}</a
  >`
}

/** What is left, in words and as lanterns that go out; only of an open drop something is taken. */
export function stockText(
  site: StageSite,
  { phase }: StageDrop,
  { unitsHere, stock }: StageListing,
): HtmlPart {
  const { words } = site
  if (phase === 'closed' || (phase === 'upcoming' && stock === 'line')) return null
  if (stock === 'sold_out') return words.soldOut
  if (stock === 'line') return words.line
  if (unitsHere > LANTERNS_MAX) return say(words.left, { count: unitsHere })
  const text = unitsHere === 1 ? words.leftOne : say(words.left, { count: unitsHere })
  return html`<span class="lanterns" aria-hidden="true"
      >${Array.from({ length: unitsHere }, () => html`<i></i>`)}</span
    >
    ${text}`
}

function reduced(site: StageSite, { priceMinor, listPriceMinor }: StageListing): HtmlPart {
  if (listPriceMinor <= priceMinor) return null
  return html` <s class="card-was">${priceText(site, listPriceMinor)}</s>`
}

/** A picture, or the first letter on a colour of its own. */
export function picture({ imageUrl, title, variantId }: StageListing, isLarge = false): Html {
  const look = isLarge ? 'picture picture-large' : 'picture'
  const own = parseOwnImage(imageUrl)
  if (own !== null) return ownPicture(own, look, isLarge)
  return html`<span class="${look} picture-letter" data-hue="${hueOf(variantId)}" aria-hidden="true"
    >${title.slice(0, 1).toUpperCase()}</span
  >`
}

/** In every width and format that is kept; its place has its size and colour before it is there. */
function ownPicture(image: OwnImage, look: string, isLarge: boolean): Html {
  const sizes = isLarge ? '(min-width: 48rem) 34rem, 100vw' : '(min-width: 48rem) 5.5rem, 4.5rem'
  return html`<picture>
    ${IMAGE_FORMATS.map(
      (format) =>
        html`<source
          type="image/${format}"
          srcset="${sourceSet(image, format)}"
          sizes="${sizes}"
        />`,
    )}
    <img
      class="${look}"
      data-tone="${image.tone}"
      src="/images/${image.imageId}/${IMAGE_FALLBACK}"
      alt=""
      width="${image.width}"
      height="${image.height}"
      loading="${isLarge ? 'eager' : 'lazy'}"
      ${isLarge && html`fetchpriority="high"`}
      decoding="async"
    />
  </picture>`
}

/** One of six hues, the same for the same thing each time. */
function hueOf(text: string): number {
  let sum = 0
  for (const sign of text) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) % 6_007
  return sum % 6
}
