import { buyerPassPayload, type BuyerPass } from '@nightmarket/kernel'
import type { KeptMethod } from '@nightmarket/payments'

import type { Core } from '../core.ts'
import type { Row } from '../database/books-tables.ts'

/** A buyer who is remembered, as the books have one. */
export type CustomerRow = Row<'customer'>

/** How long a pass is good without a word from the core. */
export const PASS_MS = 30 * 24 * 3_600_000

/**
 * The pass of a customer, as it is given to their device. [BU3]
 *
 * It says nothing that the device does not know, and names the card by its label alone.
 */
export function passOf(core: Core, customer: CustomerRow): BuyerPass {
  const pass = {
    methodId: customer.method_id,
    label: customer.label,
    credentialId: customer.credential_id,
    publicKey: customer.public_key,
    origin: customer.origin,
    expiresAtMs: core.nowMs() + PASS_MS,
  }
  return { ...pass, signature: core.marketKey.sign(buyerPassPayload(pass)) }
}

/** Find a customer by the passkey, or by the name that journals have for the method. */
export async function findCustomer(
  core: Pick<Core, 'books'>,
  by: 'credential_id' | 'method_id',
  value: string,
): Promise<CustomerRow | undefined> {
  return core.books.read('customer', (trx) =>
    trx.selectFrom('customer').selectAll().where(by, '=', value).executeTakeFirst(),
  )
}

/** Where the processor keeps a method; `null` once it was forgotten, or if it never was. */
export async function findKeptMethod(
  core: Pick<Core, 'books'>,
  methodId: string,
): Promise<Pick<KeptMethod, 'customerId' | 'methodId'> | null> {
  const customer = await findCustomer(core, 'method_id', methodId)
  if (customer === undefined) return null
  const { processor_customer_id: customerId, processor_method_id } = customer
  return { customerId, methodId: processor_method_id }
}

/**
 * Forget a customer here and at the processor. [BU5]
 *
 * The row goes first: from then on nothing is charged, whatever the processor answers. Who is not
 * known is forgotten already.
 */
export async function forgetCustomer(core: Core, methodId: string): Promise<void> {
  const customer = await findCustomer(core, 'method_id', methodId)
  if (customer === undefined) return
  await core.books.transact('forget customer', (trx) =>
    trx.deleteFrom('customer').where('method_id', '=', methodId).execute(),
  )
  await core.vault.drop({ customerId: customer.processor_customer_id })
}
