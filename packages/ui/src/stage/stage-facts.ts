import type { StageLanguage, Words } from './words.ts'

/** What every page of the stage needs to know. */
export interface StageSite {
  readonly language: StageLanguage
  readonly words: Words
  readonly currency: string
  readonly timeZone: string
  readonly nowMs: number
  /** Where style and script lie, under names that change with their content. */
  readonly assets: StageAssets
  /** How people pay here. */
  readonly payments: StagePayments
  /** Where this page lies for the whole world, as `https://host`. */
  readonly origin: string
}

/** Addresses of what a page loads. */
export interface StageAssets {
  readonly style: string
  readonly script: string
  /** What draws overlays in a browser source. */
  readonly overlay: string
  /** What sends a phone's picture. */
  readonly goLive: string
}

/** Stripe's own form under its publishable key, or the sandbox's test cards. */
export type StagePayments =
  | {
      readonly kind: 'stripe'
      readonly publishableKey: string
      /** Where Stripe.js comes from: Stripe itself, or the sandbox's stand-in. */
      readonly scriptUrl: string
    }
  | { readonly kind: 'sandbox' }

/** The show, as everybody may see it. */
export interface StageShow {
  readonly showId: string
  readonly title: string
  readonly startsAtMs: number
  readonly endsAtMs: number
  readonly place: string
  readonly languages: readonly string[]
  readonly hosts: readonly string[]
}

/** A drop as it is now at this edge. */
export interface StageDrop {
  readonly dropId: string
  readonly title: string
  readonly phase: 'upcoming' | 'open' | 'closed'
  readonly opensAtMs: number
  readonly closesAtMs: number
  readonly lineLength: number
  readonly listings: readonly StageListing[]
}

/** One thing that a drop sells, as it is now. */
export interface StageListing {
  readonly variantId: string
  readonly title: string
  readonly imageUrl: string | null
  readonly listPriceMinor: number
  readonly priceMinor: number
  readonly perCustomer: number | null
  readonly unitsHere: number
  readonly stock: 'here' | 'line' | 'sold_out'
}

/** A price that was promised to this viewer. */
export interface StageOffer {
  readonly unitPriceMinor: number
  readonly listPriceMinor: number
  readonly unitsMax: number
  readonly token: string
  readonly expiresAtMs: number
}

/** What a buyer whose order went wrong may count on. */
export interface OrderAid {
  /** Why it went wrong: its payment, or that its units were not there. */
  readonly cause: 'payment' | 'units'
  /** Until when another payment keeps the unit. */
  readonly rescueUntilMs: number | null
  readonly voucher: {
    readonly code: string
    readonly remainingMinor: number
    readonly expiresAtMs: number
  } | null
}

/** How an order stands, in the stage's own steps. */
export type OrderStage =
  | 'queued'
  | 'edge_away'
  | 'waiting'
  | 'held'
  | 'paying'
  | 'deferred'
  | 'accepted'
  | 'unknown'
  | 'rescue'
  | 'released'
  | 'refund_due'
  | 'refunded'
  | 'disputed'
  | 'voided'
  | 'fulfilled'
  | 'expired'
  | 'left'
  | 'line_over'
  | 'declined'
