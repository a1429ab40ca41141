import { html, type Html, type HtmlPart } from '../html.ts'
import { buyPath, listingCard, picture } from './listing-card.ts'
import type { StagePage } from './page-frame.ts'
import { productData } from './linked-data.ts'
import { topBar } from './show-page.ts'
import type { StageDrop, StageListing, StageOffer, StageShow, StageSite } from './stage-facts.ts'
import { priceText, whenText } from './stage-time.ts'
import { say } from './words.ts'

/** The sandbox's cards, as a person chooses them: reference, and the sentence that names it. */
export const TEST_CARDS = [
  ['pm_card_visa', 'cardWorks'],
  ['pm_card_mastercard', 'cardMastercard'],
  ['pm_card_chargeDeclined', 'cardDeclines'],
  ['pm_card_chargeDeclinedInsufficientFunds', 'cardNoFunds'],
] as const

/** What a buyer is asked on the page, before anything is bought. */
export interface BuyForm {
  readonly orderId: string
  readonly payKey: string
  readonly offer: StageOffer
  /** `null`: not asked yet. */
  readonly hasConsent: boolean | null
  /** Why the last try came to nothing, in words. */
  readonly trouble: string | null
}

/** One thing on a page of its own. */
export function productPage(
  site: StageSite,
  show: StageShow,
  drop: StageDrop,
  listing: StageListing,
): StagePage {
  return {
    kind: 'product',
    title: `${listing.title} – ${show.title}`,
    description: `${listing.title} · ${priceText(site, listing.priceMinor)} · ${drop.title}`,
    path: `/drops/${encodeURIComponent(drop.dropId)}/${encodeURIComponent(listing.variantId)}`,
    imageUrl: listing.imageUrl,
    linkedData: productData(site, drop, listing),
    facts: { showId: show.showId, startsAtMs: show.startsAtMs, endsAtMs: show.endsAtMs },
    body: html`${topBar(site, show, true)}
      <main
        id="main"
        class="landing product"
        data-drop-section="${drop.dropId}"
        data-phase="${drop.phase}"
      >
        ${picture(listing, true)}
        <h1>${listing.title}</h1>
        <ul class="cards cards-one">
          ${listingCard(site, drop, listing)}
        </ul>
        <p class="back"><a href="/">${site.words.back}</a></p>
      </main>`,
  }
}

/** The page on which something is bought without JavaScript. */
export function buyPage(
  site: StageSite,
  show: StageShow,
  drop: StageDrop,
  listing: StageListing,
  form: BuyForm,
): StagePage {
  const { words } = site
  return {
    kind: 'buy',
    title: `${words.checkout}: ${listing.title}`,
    description: listing.title,
    path: buyPath(drop.dropId, listing.variantId),
    isPrivate: true,
    body: html`${topBar(site, show, true)}
      <main id="main" class="narrow">
        <h1>${words.checkout}</h1>
        <div class="bag">
          ${picture(listing)}
          <p class="bag-text"><strong>${listing.title}</strong><span>${drop.title}</span></p>
        </div>
        ${form.trouble !== null && html`<p class="trouble" role="alert">${form.trouble}</p>`}
        ${form.hasConsent === null && consentForm(site, buyPath(drop.dropId, listing.variantId))}
        <form class="pay" method="post" action="/buy">
          <input type="hidden" name="orderId" value="${form.orderId}" />
          <input type="hidden" name="payKey" value="${form.payKey}" />
          <input type="hidden" name="dropId" value="${drop.dropId}" />
          <input type="hidden" name="variantId" value="${listing.variantId}" />
          <input type="hidden" name="token" value="${form.offer.token}" />
          ${priceRow(site, listing, form.offer)} ${paymentFields(site)}
          <button class="buy" type="submit">
            ${say(words.payNow, { price: priceText(site, form.offer.unitPriceMinor) })}
          </button>
        </form>
        <p class="back"><a href="/">${words.cancel}</a></p>
      </main>`,
  }
}

function priceRow(site: StageSite, listing: StageListing, offer: StageOffer): Html {
  const { words } = site
  const isReduced = offer.listPriceMinor > offer.unitPriceMinor
  const was = isReduced && html`<s>${priceText(site, offer.listPriceMinor)}</s> `
  const sum = priceText(site, offer.unitPriceMinor)
  const promise = say(words.promise, { when: whenText(site, offer.expiresAtMs) })
  return html`<p class="price-row">
      <span>${isReduced ? words.yourPrice : words.total}</span>
      <span class="price-sum">${was}${sum}</span>
    </p>
    <p class="price-promise">${promise}${listing.stock === 'line' && ` ${words.line}.`}</p>`
}

/** How to pay: a test card, or a voucher. A real card's number never comes to us. */
export function paymentFields(site: StageSite, takesVouchers = true): Html {
  const { words, payments } = site
  if (payments.kind === 'stripe') {
    return html`<fieldset class="ways">
      <legend>${words.payWith}</legend>
      <p class="ways-note">${words.cardNeedsScript}</p>
      ${takesVouchers && voucherField(site, true)}
    </fieldset>`
  }
  return html`<fieldset class="ways">
    <legend>${words.payWith}</legend>
    <p class="ways-note">${words.testCardNote}</p>
    ${TEST_CARDS.map(
      ([reference, word], at) =>
        html`<label class="way"
          ><input
            type="radio"
            name="reference"
            value="${reference}"
            ${at === 0 ? html`checked` : null}
          />
          <span>${words[word]}</span></label
        >`,
    )}
    ${takesVouchers && voucherField(site, false)}
  </fieldset>`
}

function voucherField({ words }: StageSite, isOnly: boolean): HtmlPart {
  return html`<label class="way"
      ><input type="radio" name="reference" value="voucher" ${isOnly ? html`checked` : null} />
      <span>${words.payVoucher}</span></label
    >
    <label class="field"
      ><span>${words.voucherCode}</span
      ><input
        type="text"
        name="voucherCode"
        maxlength="64"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck="false"
    /></label>`
}

/** Asked once, in plain words. Both answers are equally easy. */
export function consentForm({ words }: StageSite, next: string): Html {
  return html`<form class="consent" method="post" action="/privacy" data-consent>
    <input type="hidden" name="next" value="${next}" />
    <h2>${words.consentTitle}</h2>
    <p>${words.consentText}</p>
    <p class="consent-answers">
      <button type="submit" name="personalOffers" value="yes">${words.consentYes}</button>
      <button type="submit" name="personalOffers" value="no">${words.consentNo}</button>
    </p>
  </form>`
}

/** What the market knows of this viewer, and how to change it. */
export function privacyPage(site: StageSite, hasConsent: boolean | null): StagePage {
  const { words } = site
  const state = hasConsent === null ? null : hasConsent ? words.consentIsYes : words.consentIsNo
  return {
    kind: 'privacy',
    title: words.privacy,
    description: words.consentText,
    path: '/privacy',
    isPrivate: true,
    body: html`<main id="main" class="narrow">
      <h1>${words.privacy}</h1>
      ${state !== null && html`<p class="consent-state" role="status">${state}</p>`}
      ${consentForm(site, '/privacy')}
      <div data-remembered></div>
      <p class="back"><a href="/">${words.back}</a></p>
    </main>`,
  }
}
