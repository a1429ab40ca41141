import Stripe from 'stripe'

/** The API version whose shapes the sandbox speaks: the one its SDK is pinned to. */
export const API_VERSION: string = Stripe.API_VERSION
