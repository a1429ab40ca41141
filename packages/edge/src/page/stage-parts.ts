import type { VerifySignature } from '@nightmarket/kernel'
import type { PlayerAddresses, StageAssets, StageClip, StagePayments } from '@nightmarket/ui'

/** Stripe's script; its terms ask for it from its own address, and nowhere else. */
export const STRIPE_SCRIPT_URL = 'https://js.stripe.com/v3/'

/** A file of the stage, in every form that it is sent in. */
export interface StageFile {
  readonly contentType: string
  readonly etag: string
  /** Its address changes with its content: it may be kept for good. */
  readonly isImmutable: boolean
  readonly identity: Uint8Array<ArrayBuffer>
  readonly brotli: Uint8Array<ArrayBuffer> | null
  readonly gzip: Uint8Array<ArrayBuffer> | null
}

/** A clip as everybody may see it, and what was sold in it. */
export interface PublishedClip extends StageClip {
  readonly products: readonly { readonly dropId: string; readonly variantId: string }[]
}

/** The clips of an edge, as its pages need them. */
export interface StageClips {
  /** A clip that everybody may see; `null` for any other. */
  published(clipId: string): PublishedClip | null
  /** Where an order's video receipt has its page; `null` for an order without one. */
  pageOfOrder(orderId: string): string | null
}

/** Pictures by their content, as an edge keeps them. */
export interface StageImages {
  /**
   * A picture in one size, such as `640.webp`. Only what the show names is fetched from the core;
   * `null`: there is none, or the core is away.
   */
  read(image: {
    readonly imageId: string
    readonly name: string
    readonly mayFetch: boolean
  }): Promise<Uint8Array<ArrayBuffer> | null>
}

/** What an edge needs to show pages, beside what it sells with. The host brings files and keys. */
export interface StageParts {
  readonly addresses: StageAssets
  /** By the path below `/stage/`. */
  readonly files: ReadonlyMap<string, StageFile>
  readonly payments: StagePayments
  /** The key that receipts are checked with. */
  readonly marketPublicKey: string
  readonly verify: VerifySignature
  /** Pack a text, without keeping anybody waiting meanwhile. */
  readonly compress: (text: string, encoding: 'br' | 'gzip') => Promise<Uint8Array<ArrayBuffer>>
  /** Where this edge lies for viewers; `null`: where the request went. */
  readonly publicUrl: string | null
  /** The pictures of products; absent for an edge that has none. */
  readonly images?: StageImages
  /** Absent for an edge without media. */
  readonly clips?: StageClips
  /** Where the picture of the show is; `null` while there is none. */
  readonly picture?: () => PlayerAddresses | null
}

/** Another edge of the same market, as viewers reach it. */
export interface Sibling {
  readonly nodeId: string
  readonly url: string
}
