import { say, walletWordsOf, type StageSite } from '@nightmarket/ui'

/** A refusal as a sentence on a page, in the viewer's language. */
export function refusalText({ words, language }: StageSite, code: string): string {
  switch (code) {
    case 'sold_out':
      return `${words.soldOut}. ${words.soldOutWhy}`
    case 'customer_limit':
      return words.limitText
    case 'drop_closed':
      return words.closedText
    case 'voucher_code_invalid':
      return words.voucherWrongText
    case 'hold_over':
    case 'hold_unknown':
      return `${words.expiredTitle}. ${words.expiredText}`
    case 'not_selling':
      return `${words.notSellingTitle}. ${words.notSellingText}`
    case 'payment_in_flight':
      return `${words.payingTitle}. ${words.payingText}`
    case 'wallet_short':
      return walletWordsOf(language).short
    case 'wallet_not_open':
    case 'wallet_unknown':
      return walletWordsOf(language).over
    default:
      return say(words.refusedText, { code })
  }
}
