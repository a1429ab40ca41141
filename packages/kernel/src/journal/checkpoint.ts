import type { Hash } from './entry.ts'

/**
 * A node's signed statement of its journal's content up to `size` entries.
 *
 * Signed as a C2SP signed note (`c2sp.org/tlog-checkpoint`): the three lines
 * `origin`, `size`, base64 of the RFC 6962 root, each ended by a newline.
 */
export interface Checkpoint {
  /** `nightmarket/<nodeId>/<epoch>`. */
  readonly origin: string
  readonly size: number
  /** RFC 6962 Merkle tree hash over the entries' hashes as leaves. */
  readonly root: Hash
  /** Ed25519 over the note's text, base64. */
  readonly signature: string
}
