import { err, ok, type Result } from './result.ts'

declare const idOf: unique symbol

/** A string that names one kind of thing, so that a lease id cannot pass for an order id. */
export type Id<Kind extends string> = string & { readonly [idOf]: Kind }

export type NodeId = Id<'node'>
export type ProductId = Id<'product'>
export type VariantId = Id<'variant'>
export type ItemId = Id<'item'>
export type ShowId = Id<'show'>
export type DropId = Id<'drop'>
export type OfferId = Id<'offer'>
export type ReleaseId = Id<'release'>
export type LeaseId = Id<'lease'>
export type TokenId = Id<'token'>
export type BuyerId = Id<'buyer'>
export type HoldId = Id<'hold'>
export type TicketId = Id<'ticket'>
export type OrderId = Id<'order'>
export type PayKey = Id<'pay-key'>
export type RefundId = Id<'refund'>
export type PartyId = Id<'party'>
export type OperatorId = Id<'operator'>
export type RequestId = Id<'request'>
export type TransferId = Id<'transfer'>
export type CountId = Id<'count'>
export type WalletId = Id<'wallet'>
export type TipId = Id<'tip'>

/** The longest id accepted from outside, in characters: room for a slug or a prefixed UUID. */
export const ID_LENGTH_MAX = 128

const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:~-]*$/

/** Turn untrusted text into an id, or refuse it: 1 to 128 of letters, digits and `. _ : ~ -`. */
export function parseId<Kind extends string>(
  text: unknown,
): Result<Id<Kind>, { readonly code: 'id_invalid' }> {
  if (typeof text !== 'string' || text.length > ID_LENGTH_MAX || !ID_PATTERN.test(text)) {
    return err({ code: 'id_invalid' })
  }
  return ok(text as Id<Kind>)
}
