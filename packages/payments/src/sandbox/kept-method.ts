import { z } from 'zod'

import { metadata } from './form.ts'
import type { CustomerObject, KeptMethodObject, SetupIntentObject } from './object.ts'
import { cardBehaviour, cardNameOf, paymentMethodObject } from './payment-method.ts'
import { invalidParameter, missing, SandboxProblem } from './problem.ts'
import type { SandboxState } from './state.ts'

const expand = z.array(z.string()).default([])

/** What a customer is made with: nothing about a person. */
export const customerParameters = z.strictObject({ metadata: metadata.default({}), expand })

/** What a setup intent is made with. The sandbox confirms each as it is made. */
export const setupParameters = z.strictObject({
  customer: z.string(),
  payment_method: z.string().max(200),
  allowed_payment_method_types: z.array(z.literal('card')),
  usage: z.enum(['off_session', 'on_session']).default('off_session'),
  confirm: z.literal('true', 'the sandbox knows only confirm=true'),
  metadata: metadata.default({}),
  expand,
})

/** Make a customer. */
export function createCustomer(
  state: SandboxState,
  parameters: z.infer<typeof customerParameters>,
): CustomerObject {
  const customer: CustomerObject = {
    id: state.nextId('cus'),
    object: 'customer',
    created: state.nowSeconds(),
    livemode: false,
    metadata: parameters.metadata,
  }
  state.customers.put(customer)
  return customer
}

/** Forget a customer and all that is kept for it. Throws a 404 problem for an unknown one. */
export function deleteCustomer(state: SandboxState, id: string): object {
  if (state.customers.get(id) === undefined) throw missing('customer', id, 'id')
  state.customers.remove(id)
  for (const method of state.methods.ownedBy(id)) state.methods.remove(method.id)
  return { id, object: 'customer', deleted: true }
}

/** Keep a card for a customer. Throws the card error of one that declines. */
export function createSetupIntent(
  state: SandboxState,
  parameters: z.infer<typeof setupParameters>,
): SetupIntentObject {
  const { customer, payment_method, usage } = parameters
  if (state.customers.get(customer) === undefined) throw missing('customer', customer, 'customer')
  const behaviour = cardBehaviour(payment_method)
  const setup: SetupIntentObject = {
    id: state.nextId('seti'),
    object: 'setup_intent',
    created: state.nowSeconds(),
    customer,
    livemode: false,
    metadata: parameters.metadata,
    payment_method: null,
    status: 'requires_action',
    usage,
  }
  if (behaviour.type === 'declined') {
    if (behaviour.code === 'authentication_required') return put(state, setup)
    const { code, declineCode } = behaviour
    const failed = put(state, { ...setup, status: 'requires_payment_method' })
    const detail = declineCode === null ? {} : { decline_code: declineCode }
    const message = 'Your card was declined.'
    throw new SandboxProblem(402, {
      type: 'card_error',
      code,
      message,
      ...detail,
      setup_intent: failed,
    })
  }
  const method = keep(state, payment_method, customer)
  return put(state, { ...setup, payment_method: method.id, status: 'succeeded' })
}

/** Refuse a kept method that is charged for somebody else, as Stripe does. */
export function assertOwnMethod(
  state: SandboxState,
  paymentMethod: string,
  customer: string | undefined,
): void {
  if (!paymentMethod.startsWith('pm_kept_')) return
  const method = state.methods.get(paymentMethod)
  if (method === undefined) throw missing('PaymentMethod', paymentMethod, 'payment_method')
  if (method.customer === customer) return
  const message = 'The PaymentMethod belongs to a Customer. Please include the Customer.'
  throw invalidParameter('payment_method', message)
}

function keep(state: SandboxState, paymentMethod: string, customer: string): KeptMethodObject {
  const name = cardNameOf(paymentMethod)
  const shown = paymentMethodObject(paymentMethod)
  const number = state.nextId('pm').replace('pm_sandbox', '')
  const id = `pm_kept_${name}_${number}`
  const method: KeptMethodObject = { ...shown, id, customer, created: state.nowSeconds() }
  state.methods.put(method)
  return method
}

function put(state: SandboxState, setup: SetupIntentObject): SetupIntentObject {
  state.setups.put(setup)
  return setup
}
