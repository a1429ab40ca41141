import { utf8ToBytes, type SealedEntry } from '@nightmarket/kernel'

import { EXCHANGE_PAGE_BYTES_MAX } from './protocol.ts'

/**
 * As many of the entries, oldest first, as one exchange carries in bytes of JSON: always the first,
 * so that a journal goes up whatever is in it. The parent takes twice a page. [SY5]
 */
export function cutPage(entries: readonly SealedEntry[]): readonly SealedEntry[] {
  let bytes = 0
  const end = entries.findIndex((entry, index) => {
    bytes += utf8ToBytes(JSON.stringify(entry)).byteLength + 1
    return index > 0 && bytes > EXCHANGE_PAGE_BYTES_MAX
  })
  return end === -1 ? entries : entries.slice(0, end)
}
