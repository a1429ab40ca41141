import { html, type Html, type HtmlPart } from '../html.ts'
import { clipWordsOf } from './clip-words.ts'
import { paymentFields } from './buy-page.ts'
import type { StagePage } from './page-frame.ts'
import { receiptSlip, type SlipFacts } from './receipt-slip.ts'
import type { OrderAid, OrderStage, StageSite } from './stage-facts.ts'
import { countdownText, priceText, whenText } from './stage-time.ts'
import { say, type Words } from './words.ts'

/** The two sentences for each way an order can stand. */
export const ORDER_WORDS = {
  queued: ['queuedTitle', 'queuedText'],
  edge_away: ['edgeAwayTitle', 'edgeAwayText'],
  waiting: ['waitingTitle', 'waitingText'],
  held: ['heldTitle', 'heldText'],
  paying: ['payingTitle', 'payingText'],
  deferred: ['deferredTitle', 'deferredText'],
  accepted: ['acceptedTitle', 'acceptedText'],
  unknown: ['unknownTitle', 'unknownText'],
  rescue: ['rescueTitle', 'rescueText'],
  released: ['releasedTitle', 'releasedText'],
  refund_due: ['refundDueTitle', 'refundDueText'],
  refunded: ['refundedTitle', 'refundedText'],
  disputed: ['disputedTitle', 'disputedText'],
  voided: ['voidedTitle', 'voidedText'],
  fulfilled: ['fulfilledTitle', 'fulfilledText'],
  expired: ['expiredTitle', 'expiredText'],
  left: ['leftTitle', 'expiredText'],
  line_over: ['lineOverTitle', 'lineOverText'],
  declined: ['declinedTitle', 'declinedText'],
} as const satisfies Readonly<Record<OrderStage, readonly [keyof Words, keyof Words]>>

/** What an order page shows. */
export interface OrderFacts {
  readonly orderId: string
  readonly stage: OrderStage
  /** In line: 1 is next. */
  readonly position: number | null
  /** The end of a hold. */
  readonly expiresAtMs: number | null
  readonly receipt: SlipFacts | null
  /** What its buyer may count on, if it went wrong and the core could be asked. */
  readonly aid: OrderAid | null
  /** Where the video receipt has its page; `null` without one. */
  readonly clipPath: string | null
  /** A fresh key for paying what is held, or another way. */
  readonly payKey: string
  readonly trouble: string | null
}

/** Stages that change by themselves: a page without JavaScript looks again. */
const RESTLESS: ReadonlySet<OrderStage> = new Set(['waiting', 'paying', 'deferred', 'unknown'])

/** How one order stands, what happens next, and its receipt. */
export function orderPage(site: StageSite, facts: OrderFacts): StagePage {
  const { words } = site
  const { orderId, stage, expiresAtMs: heldUntil } = facts
  const [title, text] = orderWords(stage, facts.aid)
  const heading = say(words[title], { position: facts.position ?? 1 })
  return {
    kind: 'order',
    title: heading,
    description: words[text],
    path: `/orders/${encodeURIComponent(orderId)}`,
    isPrivate: true,
    refreshSeconds: RESTLESS.has(stage) ? 3 : null,
    facts: { orderId, stage },
    body: html`<main id="main" class="narrow order" data-order="${orderId}" data-stage="${stage}">
      <div class="state state-${stage}" role="status">
        <h1>${heading}</h1>
        <p>${words[text]}</p>
        ${stage === 'held' && heldUntil !== null && clockTo(site, words.heldFor, heldUntil)}
        ${facts.aid !== null && aidPart(site, facts.aid)}
      </div>
      ${facts.trouble !== null && html`<p class="trouble" role="alert">${facts.trouble}</p>`}
      ${nextStep(site, facts)} ${facts.receipt !== null && receiptSlip(site, facts.receipt)}
      ${facts.clipPath !== null && clipLink(site, facts.clipPath)}
      <p class="back"><a href="/">${words.back}</a></p>
    </main>`,
  }
}

/** The moment of the sale, to watch again. */
function clipLink({ language }: StageSite, path: string): Html {
  return html`<p class="back"><a href="${path}" data-clip>${clipWordsOf(language).receipt}</a></p>`
}

/** The two sentences of an order, which depend on what went wrong with it. */
export function orderWords(
  stage: OrderStage,
  aid: OrderAid | null,
): readonly [keyof Words, keyof Words] {
  const isOurs = stage === 'rescue' && aid?.cause === 'units'
  return isOurs ? ['missingUnitTitle', 'missingUnitText'] : ORDER_WORDS[stage]
}

function aidPart(site: StageSite, { cause, rescueUntilMs, voucher }: OrderAid): Html {
  const { words } = site
  const hasClock = rescueUntilMs !== null && cause === 'payment'
  return html`${hasClock && clockTo(site, words.rescueFor, rescueUntilMs)}
  ${voucher !== null && voucherPart(site, voucher)}`
}

function voucherPart(site: StageSite, voucher: NonNullable<OrderAid['voucher']>): Html {
  return html`<div class="voucher">
    <h2>${site.words.voucherTitle}</h2>
    <code>${voucher.code}</code>
    <p>${voucherText(site, voucher)}</p>
  </div>`
}

/** What a voucher is worth, and how it is used. */
export function voucherText(
  site: Pick<StageSite, 'words' | 'currency' | 'language' | 'timeZone' | 'nowMs'>,
  { remainingMinor, expiresAtMs }: NonNullable<OrderAid['voucher']>,
): string {
  const amount = priceText(site, remainingMinor)
  return say(site.words.voucherText, { amount, when: whenText(site, expiresAtMs) })
}

function clockTo({ nowMs }: StageSite, label: string, atMs: number): Html {
  return html`<p class="clock clock-big">
    ${label}
    <time data-countdown="${atMs}" datetime="${new Date(atMs).toISOString()}"
      >${countdownText(atMs - nowMs)}</time
    >
  </p>`
}

/** What a person can do now, as a form that works everywhere. */
function nextStep(site: StageSite, facts: OrderFacts): HtmlPart {
  const { words } = site
  const path = `/orders/${encodeURIComponent(facts.orderId)}`
  if (facts.stage === 'held') {
    return html`<form class="pay" method="post" action="${path}/hold">
      <input type="hidden" name="payKey" value="${facts.payKey}" />
      ${paymentFields(site)}
      <button class="buy" type="submit" name="do" value="buy">${words.buy}</button>
      <button class="quiet" type="submit" name="do" value="release">${words.letGo}</button>
    </form>`
  }
  if (facts.stage === 'waiting') {
    return html`<form method="post" action="${path}/line">
      <button class="quiet" type="submit">${words.leaveLine}</button>
    </form>`
  }
  if (facts.stage !== 'rescue' || facts.aid?.cause === 'units') return null
  return html`<form class="pay" method="post" action="${path}/payment">
    <input type="hidden" name="payKey" value="${facts.payKey}" />
    ${paymentFields(site)}
    <button class="buy" type="submit">${words.again}</button>
  </form>`
}
