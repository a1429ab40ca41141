import type { VerifySignature } from '@nightmarket/kernel'
import type { StageAssets, StagePayments } from '@nightmarket/ui'

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

/** What an edge needs to show pages, beside what it sells with. The host brings files and keys. */
export interface StageParts {
  readonly addresses: StageAssets
  /** By the path below `/stage/`. */
  readonly files: ReadonlyMap<string, StageFile>
  readonly payments: StagePayments
  /** The key that receipts are checked with. */
  readonly marketPublicKey: string
  readonly verify: VerifySignature
  /** Pack a text. Pages are packed once for everybody who asks within a second. */
  readonly compress: (text: string, encoding: 'br' | 'gzip') => Uint8Array<ArrayBuffer>
  /** Where this edge lies for viewers; `null`: where the request went. */
  readonly publicUrl: string | null
}

/** Another edge of the same market, as viewers reach it. */
export interface Sibling {
  readonly nodeId: string
  readonly url: string
}
