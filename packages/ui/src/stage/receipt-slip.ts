import { html, type Html } from '../html.ts'
import type { StagePage } from './page-frame.ts'
import type { StageSite } from './stage-facts.ts'
import { priceText, whenText } from './stage-time.ts'
import type { VerifyOutcome } from './verify-outcome.ts'
import { verifyReport } from './verify-report.ts'
import { say } from './words.ts'

/** What is printed on a receipt. Nothing about a person is in it. */
export interface SlipFacts {
  readonly orderId: string
  readonly lines: readonly {
    readonly title: string
    readonly quantity: number
    readonly unitPriceMinor: number
  }[]
  readonly totalMinor: number
  readonly nodeId: string
  readonly acceptedAtMs: number
  readonly leafIndex: number
  readonly treeSize: number
}

/** What a slip needs to know of where it is shown. */
export type SlipSite = Pick<
  StageSite,
  'words' | 'language' | 'currency' | 'timeZone' | 'nowMs'
>

/** A receipt, as a slip of paper to keep. */
export function receiptSlip(site: SlipSite, slip: SlipFacts, hasActions = true): Html {
  const { words } = site
  const proof = say(words.proofText, { leaf: slip.leafIndex + 1, size: slip.treeSize })
  return html`<section class="slip" aria-labelledby="slip-title">
    <h2 id="slip-title">${words.receipt}</h2>
    <dl>
      ${slip.lines.map(
        ({ title, quantity, unitPriceMinor }) =>
          html`<div class="slip-line">
            <dt>${quantity} × ${title}</dt>
            <dd>${priceText(site, unitPriceMinor * quantity)}</dd>
          </div>`,
      )}
      <div class="slip-total">
        <dt>${words.total}</dt>
        <dd>${priceText(site, slip.totalMinor)}</dd>
      </div>
      <div>
        <dt>${words.soldBy}</dt>
        <dd>${slip.nodeId}</dd>
      </div>
      <div>
        <dt>${words.soldAt}</dt>
        <dd>${whenText(site, slip.acceptedAtMs)}</dd>
      </div>
      <div>
        <dt>${words.order}</dt>
        <dd class="slip-id">${slip.orderId}</dd>
      </div>
    </dl>
    <div class="slip-code" data-receipt-code="${slip.orderId}"></div>
    <p class="slip-proof">${proof}</p>
    ${hasActions && slipActions(site, slip.orderId)}
  </section>`
}

function slipActions({ words }: SlipSite, orderId: string): Html {
  const id = encodeURIComponent(orderId)
  return html`<p class="slip-actions">
    <a class="quiet" href="/orders/${id}/receipt.json" download="receipt-${id}.json"
      >${words.download}</a
    >
    <a class="quiet" href="/receipt?order=${id}">${words.checkReceipt}</a>
  </p>`
}

/** What the page brings along, so that it can check by itself: it may be kept and read offline. */
export interface VerifyFacts {
  readonly marketPublicKey: string
  /** What things are called here, by variant. */
  readonly titles: Readonly<Record<string, string>>
}

/** Anyone checks any receipt here. */
export function verifyPage(
  site: StageSite,
  text: string,
  outcome: VerifyOutcome,
  facts: VerifyFacts,
): StagePage {
  const { words } = site
  return {
    kind: 'verify',
    title: words.verifyTitle,
    description: words.verifyText,
    path: '/receipt',
    facts,
    body: html`<main id="main" class="narrow verify">
      <h1>${words.verifyTitle}</h1>
      <p>${words.verifyText}</p>
      <div data-outcome role="status">${verifyOutcome(site, outcome, facts)}</div>
      <form class="pay" method="post" action="/receipt" data-verify>
        <label class="field"
          ><span>${words.verifyPaste}</span
          ><textarea name="receipt" rows="6" spellcheck="false" autocomplete="off" required>
${text}</textarea>
        </label>
        <label class="field field-file" data-file hidden
          ><span>${words.verifyFile}</span><input type="file" accept="application/json,.json"
        /></label>
        <button class="buy" type="submit">${words.verifyCheck}</button>
      </form>
      <p class="back"><a href="/">${words.back}</a></p>
    </main>`,
  }
}

/** A verdict in one sentence, the receipt when it is one, and what was checked. */
export function verifyOutcome(
  site: SlipSite,
  outcome: VerifyOutcome,
  { marketPublicKey }: VerifyFacts,
): Html | null {
  const { words, language } = site
  switch (outcome.is) {
    case 'unasked':
      return null
    case 'genuine':
      return html`<p class="verdict verdict-good">${words.verifyGood}</p>
        ${receiptSlip(site, outcome.slip, false)} ${verifyReport(language, null, marketPublicKey)}`
    case 'refused':
      return html`<p class="verdict verdict-bad">${words.verifyBad}</p>
        ${verifyReport(language, outcome.code, marketPublicKey)}`
  }
}
