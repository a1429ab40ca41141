import { html, type Html, type HtmlPart } from '../html.ts'
import { paymentFields } from './buy-page.ts'
import type { StagePage } from './page-frame.ts'
import type { StageSite } from './stage-facts.ts'
import { priceText, whenText } from './stage-time.ts'
import { walletWordsOf } from './wallet-words.ts'
import { say } from './words.ts'

/** A cheap thing that the wallet may pay, with the promise of its price and fresh ids. */
export interface WalletThing {
  readonly dropId: string
  readonly variantId: string
  readonly title: string
  readonly unitPriceMinor: number
  readonly token: string
  readonly orderId: string
  readonly payKey: string
}

/** What was drawn: a tip, or an order with its page. */
export interface WalletDraw {
  readonly title: string | null
  readonly amountMinor: number
  readonly orderId: string | null
}

/** What a wallet's page shows. */
export interface WalletFacts {
  readonly amountMinor: number
  readonly tipsMinor: readonly number[]
  /** `null` before there is one. */
  readonly wallet: {
    readonly state: 'asked' | 'open' | 'closed' | 'refused'
    readonly amountMinor: number
    readonly spentMinor: number
    readonly endsAtMs: number
  } | null
  readonly draws: readonly WalletDraw[]
  readonly things: readonly WalletThing[]
  /** Fresh ids, so that sending the page twice is one wallet and one tip. */
  readonly payKey: string
  readonly tipId: string
  readonly trouble: string | null
}

/** An amount that is kept ready: asked for, spent from with one tap, ended. Plain forms. */
export function walletPage(site: StageSite, facts: WalletFacts): StagePage {
  const words = walletWordsOf(site.language)
  return {
    kind: 'wallet',
    title: words.title,
    description: words.title,
    path: '/wallet',
    isPrivate: true,
    refreshSeconds: facts.wallet?.state === 'asked' ? 2 : null,
    body: html`<main id="main" class="narrow wallet" data-wallet="${facts.wallet?.state ?? 'none'}">
      <h1>${words.title}</h1>
      ${facts.trouble !== null && html`<p class="trouble" role="alert">${facts.trouble}</p>`}
      ${standing(site, facts)}
      <p class="back"><a href="/">${site.words.back}</a></p>
    </main>`,
  }
}

function standing(site: StageSite, facts: WalletFacts): Html {
  const words = walletWordsOf(site.language)
  const { wallet } = facts
  if (wallet === null) return openForm(site, facts)
  if (wallet.state === 'asked') return html`<p role="status">${words.asked}</p>`
  if (wallet.state === 'refused') {
    return html`<p role="status">${words.refused}</p>
      ${againForm(site)}`
  }
  return wallet.state === 'open' ? openPart(site, facts, wallet) : closedPart(site, facts, wallet)
}

function openForm(site: StageSite, { amountMinor, payKey }: WalletFacts): Html {
  const words = walletWordsOf(site.language)
  const amount = priceText(site, amountMinor)
  return html`<h2>${say(words.offer, { amount })}</h2>
    <p>${say(words.how, { amount })}</p>
    <form class="pay" method="post" action="/wallet">
      <input type="hidden" name="do" value="open" />
      <input type="hidden" name="payKey" value="${payKey}" />
      <input type="hidden" name="amountMinor" value="${amountMinor}" />
      ${paymentFields(site, false)}
      <label class="way"
        ><input type="checkbox" name="agrees" value="yes" required />
        <span>${say(words.agree, { amount })}</span></label
      >
      <button class="buy" type="submit">${say(words.open, { amount })}</button>
    </form>`
}

type Wallet = NonNullable<WalletFacts['wallet']>

function openPart(site: StageSite, facts: WalletFacts, wallet: Wallet): Html {
  const words = walletWordsOf(site.language)
  const { endsAtMs, spentMinor, amountMinor } = wallet
  const left = priceText(site, amountMinor - spentMinor)
  return html`<p class="wallet-left" role="status" data-left="${amountMinor - spentMinor}">
      <strong>${say(words.left, { amount: left })}</strong>
      <span>${say(words.until, { when: whenText(site, endsAtMs) })}</span>
    </p>
    ${facts.tipsMinor.length > 0 && tipForm(site, facts)}
    ${facts.things.length > 0 && thingForms(site, facts.things)} ${drawList(site, facts)}
    <form method="post" action="/wallet">
      <input type="hidden" name="do" value="close" />
      <p class="ways-note">${say(words.closeNote, sumsOf(site, wallet))}</p>
      <button class="quiet" type="submit">${words.close}</button>
    </form>`
}

function tipForm(site: StageSite, { tipsMinor, tipId }: WalletFacts): Html {
  const words = walletWordsOf(site.language)
  return html`<form class="tips" method="post" action="/wallet">
    <h2>${words.tipTitle}</h2>
    <input type="hidden" name="do" value="tip" />
    <input type="hidden" name="tipId" value="${tipId}" />
    <p class="consent-answers">
      ${tipsMinor.map(
        (minor) =>
          html`<button type="submit" name="amountMinor" value="${minor}">
            ${say(words.tip, { amount: priceText(site, minor) })}
          </button>`,
      )}
    </p>
  </form>`
}

function thingForms(site: StageSite, things: readonly WalletThing[]): Html {
  const words = walletWordsOf(site.language)
  return html`<h2>${words.thingsTitle}</h2>
    <ul class="wallet-list">
      ${things.map(
        (thing) =>
          html`<li>
            <span>${thing.title}</span>
            <form method="post" action="/wallet">
              <input type="hidden" name="do" value="buy" />
              <input type="hidden" name="orderId" value="${thing.orderId}" />
              <input type="hidden" name="payKey" value="${thing.payKey}" />
              <input type="hidden" name="token" value="${thing.token}" />
              <input type="hidden" name="variantId" value="${thing.variantId}" />
              <button type="submit">
                ${say(words.buy, { price: priceText(site, thing.unitPriceMinor) })}
              </button>
            </form>
          </li>`,
      )}
    </ul>`
}

function closedPart(site: StageSite, facts: WalletFacts, wallet: Wallet): Html {
  const words = walletWordsOf(site.language)
  const text = wallet.spentMinor === 0 ? words.closedNothing : words.closed
  return html`<p role="status">${say(text, sumsOf(site, wallet))}</p>
    ${drawList(site, facts)} ${againForm(site)}`
}

function sumsOf(site: StageSite, { amountMinor, spentMinor }: Wallet) {
  return { spent: priceText(site, spentMinor), rest: priceText(site, amountMinor - spentMinor) }
}

function drawList(site: StageSite, { draws }: WalletFacts): Html {
  const words = walletWordsOf(site.language)
  return html`<h2>${words.spentTitle}</h2>
    ${draws.length === 0 && html`<p>${words.nothing}</p>`}
    <ul class="wallet-list">
      ${draws.map(
        (draw) =>
          html`<li>
            ${drawName(site, draw)} <span>${priceText(site, draw.amountMinor)}</span>
          </li>`,
      )}
    </ul>`
}

function drawName(site: StageSite, { title, orderId }: WalletDraw): HtmlPart {
  const name = title ?? walletWordsOf(site.language).aTip
  if (orderId === null) return html`<span>${name}</span>`
  return html`<a href="/orders/${encodeURIComponent(orderId)}">${name}</a>`
}

function againForm({ language }: StageSite): Html {
  return html`<form method="post" action="/wallet">
    <input type="hidden" name="do" value="again" />
    <button class="quiet" type="submit">${walletWordsOf(language).again}</button>
  </form>`
}
