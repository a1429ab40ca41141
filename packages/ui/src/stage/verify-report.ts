import type { ReceiptRejection } from '@nightmarket/kernel'

import { html, type Html } from '../html.ts'
import { VERIFY_WORDS } from './verify-words.ts'
import type { StageLanguage } from './words.ts'

/** What is checked of a receipt, in the order in which it is checked. */
export const RECEIPT_CHECKS = [
  'read',
  'certificate',
  'checkpoint',
  'inclusion',
  'order',
] as const

type ReceiptCheck = (typeof RECEIPT_CHECKS)[number]

/** Why a receipt was refused. */
export type ReceiptRefusal = ReceiptRejection['code']

/** Which check each refusal is of, and the sentence that says why. */
const REFUSALS = {
  receipt_malformed: ['read', 'receipt_malformed'],
  certificate_malformed: ['read', 'certificate_malformed'],
  checkpoint_malformed: ['read', 'checkpoint_malformed'],
  certificate_not_signed_by_market: ['certificate', 'certificate_not_signed_by_market'],
  origin_mismatch: ['checkpoint', 'origin_mismatch'],
  checkpoint_not_signed_by_node: ['checkpoint', 'checkpoint_not_signed_by_node'],
  entry_unreadable: ['inclusion', 'entry'],
  entry_field_invalid: ['inclusion', 'entry'],
  entry_not_canonical: ['inclusion', 'entry'],
  leaf_index_mismatch: ['inclusion', 'leaf_index_mismatch'],
  inclusion_not_proven: ['inclusion', 'inclusion_not_proven'],
  entry_type_mismatch: ['order', 'entry_type_mismatch'],
  order_field_invalid: ['order', 'order_field_invalid'],
} as const satisfies Record<
  ReceiptRefusal,
  readonly [ReceiptCheck, keyof (typeof VERIFY_WORDS)['en']]
>

/** Every check of a receipt in words: which hold, which fails and why, which were not reached. */
export function verifyReport(
  language: StageLanguage,
  refusal: ReceiptRefusal | null,
  marketPublicKey: string,
): Html {
  const words = VERIFY_WORDS[language]
  const [failed, why] = refusal === null ? [null, null] : REFUSALS[refusal]
  const failedAt = failed === null ? RECEIPT_CHECKS.length : RECEIPT_CHECKS.indexOf(failed)
  return html`<section class="checks" aria-labelledby="checks-title">
    <h2 id="checks-title">${words.title}</h2>
    <ol>
      ${RECEIPT_CHECKS.map((check, at) => {
        const standing = at < failedAt ? 'good' : at === failedAt ? 'bad' : 'left'
        return html`<li data-check="${check}" data-standing="${standing}">
          <b>${words[standing]}</b> ${words[check]}
          ${standing === 'bad' && why !== null && html`<em>${words[why]}</em>`}
        </li>`
      })}
    </ol>
    <p>${words.key} <code>${marketPublicKey}</code></p>
  </section>`
}
