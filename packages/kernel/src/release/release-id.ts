import type { ReleaseId } from '../id.ts'
import { canonicalJson } from '../journal/canonical-json.ts'
import { bytesToHex, utf8ToBytes } from '../journal/encoding.ts'
import type { Digest, Hash, Json } from '../journal/entry.ts'
import type { Offer, Release } from './release.ts'

/** The name of a release's content: SHA-256 of its RFC 8785 JSON, 64 hexadecimal digits. [RE1] */
export function releaseId(release: Release, digest: Digest): ReleaseId {
  return contentHash(release, digest) as ReleaseId
}

/** The name of an offer's content, so that a pin says which promise was made. [RE1, O6] */
export function offerHash(offer: Offer, digest: Digest): Hash {
  return contentHash(offer, digest)
}

function contentHash(content: Release | Offer, digest: Digest): Hash {
  const text = canonicalJson(content as unknown as Json)
  return bytesToHex(digest(utf8ToBytes(text)))
}
