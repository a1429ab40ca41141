import type { StageLanguage, StagePayments, Words } from '@nightmarket/ui'

/** What the page was rendered with: the script knows nothing that is not written here. */
export interface PageFacts {
  readonly page: string
  readonly language: StageLanguage
  readonly currency: string
  readonly timeZone: string
  /** The edge's clock; `null` on a page that may have been kept for a while. */
  readonly nowMs: number | null
  readonly payments: StagePayments
  readonly words: Words
  /** When to look again; `null` on a page that waits for nothing. */
  readonly refreshSeconds: number | null
  readonly facts?: { readonly showId?: string; readonly orderId?: string } | undefined
}

/** Read the facts out of the page. `null` for a page that has none. */
export function readPageFacts(document: Document): PageFacts | null {
  const text = document.getElementById('facts')?.textContent
  return text === undefined || text === null ? null : (JSON.parse(text) as PageFacts)
}
