import { openTcpLink } from '../../../scripts/tcp-link.ts'

/** A way to an edge that can be cut and mended, as a cable can. */
export interface CutLink extends AsyncDisposable {
  readonly url: string
  /** Every connection breaks, and no new one comes through. */
  cut(): void
  mend(): void
}

/** Put a link before an edge. */
export async function openCutLink(edgeUrl: string): Promise<CutLink> {
  let isCut = false
  const link = await openTcpLink(
    edgeUrl,
    (near, far) => void near.pipe(far).pipe(near),
    () => !isCut,
  )
  return {
    url: link.url,
    cut() {
      isCut = true
      link.breakAll()
    },
    mend() {
      isCut = false
    },
    [Symbol.asyncDispose]: () => link[Symbol.asyncDispose](),
  }
}
