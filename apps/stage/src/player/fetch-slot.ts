/** How long to wait before another look: an edge keeps its pages for some seconds. */
const LOOK_MS = { first: 300, next: 2_000 } as const

/**
 * The place of the picture, as the edge serves it by now, put into a page that was served before
 * there was a picture. Nothing else of the page changes: somebody may be buying.
 */
export async function fetchSlot(screen: HTMLElement): Promise<HTMLElement> {
  for (let waitMs: number = LOOK_MS.first; ; waitMs = LOOK_MS.next) {
    // Everybody who waits hears of it in the same instant.
    await new Promise((resolve) => setTimeout(resolve, waitMs * (0.5 + Math.random())))
    const response = await fetch('/', { cache: 'no-cache' }).catch(() => null)
    const text = response?.ok === true ? await response.text() : ''
    const found = new DOMParser().parseFromString(text, 'text/html').querySelector('[data-player]')
    if (found === null) continue
    const slot = document.importNode(found, true) as HTMLElement
    screen.replaceChildren(slot)
    return slot
  }
}
