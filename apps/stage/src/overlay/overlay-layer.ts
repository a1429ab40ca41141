import type { LiveMessage, OverlayView } from '@nightmarket/edge'

import { askEdge } from '../edge/ask-edge.ts'
import { edgeNowMs } from '../page/clock.ts'
import { element } from '../page/element.ts'
import type { MediaClock } from '../player/media-clock.ts'
import { drawOverlay, type OverlaySight } from './overlay-view.ts'

/** What a layer hangs in, and what it sees. */
export interface OverlayPlace extends Pick<OverlaySight, 'page' | 'drop'> {
  readonly root: HTMLElement
  readonly edgeUrl: () => string
  /** The clock of the picture; `null`: there is no player here. */
  readonly picture: () => MediaClock | null
}

interface Shown {
  readonly overlay: OverlayView
  readonly cancels: (() => void)[]
  drawn: HTMLElement | null
  isDue: boolean
}

interface ShowAnswer {
  readonly drops?: readonly {
    readonly listings: readonly { readonly variantId: string; readonly title: string }[]
  }[]
}

/**
 * What stands over the picture: each overlay from the frame it names on, as this page's own player
 * reaches it, and at once where nothing is played.
 */
export class OverlayLayer {
  readonly #place: OverlayPlace
  readonly #root = element('div', { class: 'overlays', role: 'status', 'aria-live': 'polite' })
  readonly #shown = new Map<string, Shown>()
  readonly #titles = new Map<string, string>()

  constructor(place: OverlayPlace) {
    this.#place = place
    place.root.append(this.#root)
  }

  /** Take a message of the live channel in; what it does not know it leaves alone. */
  hear(message: LiveMessage): void {
    if (message.type === 'overlay') this.#take(message.overlay)
    else if (message.type === 'overlay_hidden') this.#remove(message.overlayId)
    else if (message.type === 'snapshot') this.#replace(message.overlays)
    for (const each of this.#shown.values()) this.#draw(each)
  }

  #replace(overlays: readonly OverlayView[]): void {
    const ids = new Set(overlays.map(({ overlayId }) => overlayId))
    for (const id of this.#shown.keys()) if (!ids.has(id)) this.#remove(id)
    for (const overlay of overlays) {
      const known = this.#shown.get(overlay.overlayId)?.overlay
      if (known?.shownAtMs !== overlay.shownAtMs) this.#take(overlay)
    }
  }

  #take(overlay: OverlayView): void {
    this.#remove(overlay.overlayId)
    const shown: Shown = { overlay, cancels: [], drawn: null, isDue: false }
    this.#shown.set(overlay.overlayId, shown)
    const show = () => {
      shown.isDue = true
      this.#draw(shown)
      this.#endLater(shown)
    }
    const clock = this.#place.picture()
    const { from, shownAtMs: arrivedAtMs } = overlay
    if (from === null || clock === null || clock.nowMs() === null) return show()
    shown.cancels.push(clock.at({ ...from, arrivedAtMs }, show))
  }

  /** It stays for its time as the picture has it, which is later than the edge's clock. */
  #endLater({ overlay: { overlayId, untilMs, from }, cancels }: Shown): void {
    if (untilMs === null) return
    const seenMs = from === null ? null : (this.#place.picture()?.nowMs() ?? null)
    const leftMs = untilMs - (seenMs ?? edgeNowMs())
    const timer = setTimeout(() => this.#remove(overlayId), Math.max(0, leftMs))
    cancels.push(() => clearTimeout(timer))
  }

  #remove(overlayId: string): void {
    const shown = this.#shown.get(overlayId)
    this.#shown.delete(overlayId)
    shown?.drawn?.remove()
    for (const cancel of shown?.cancels ?? []) cancel()
  }

  /** Draw it, or draw it again where what it tells has changed. */
  #draw(shown: Shown): void {
    const { content } = shown.overlay
    if (!shown.isDue) return
    // A countdown and plain words say all there is to say from the first moment on.
    const isSettled = shown.drawn !== null && !('dropId' in content)
    if (isSettled) return
    const { page, drop } = this.#place
    const titleOf = (variantId: string) => this.#titles.get(variantId) ?? null
    const drawn = drawOverlay(content, { page, drop, titleOf })
    if (drawn === null) return void this.#learnTitles(content)
    if (shown.drawn?.isEqualNode(drawn) === true) return
    if (shown.drawn === null) this.#root.append(drawn)
    else shown.drawn.replaceWith(drawn)
    shown.drawn = drawn
  }

  async #learnTitles(content: OverlayView['content']): Promise<void> {
    if (content.kind !== 'buy_card' || this.#titles.has(content.variantId)) return
    this.#titles.set(content.variantId, content.variantId)
    const answer = await askEdge<ShowAnswer>(this.#place.edgeUrl(), { path: '/v1/show' })
    for (const { listings } of answer?.body.drops ?? []) {
      for (const { variantId, title } of listings) this.#titles.set(variantId, title)
    }
    for (const each of this.#shown.values()) this.#draw(each)
  }
}
