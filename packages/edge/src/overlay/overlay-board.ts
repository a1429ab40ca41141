import type { OverlayView } from './overlay-schema.ts'
import { OVERLAYS_SHOWN_MAX } from './overlay-schema.ts'

/** The overlays that are shown now, each under its own id. [OV1] */
export class OverlayBoard {
  readonly #shown = new Map<string, OverlayView>()

  /** What is shown at a moment, oldest first. */
  at(nowMs: number): readonly OverlayView[] {
    for (const [id, { untilMs }] of this.#shown) {
      if (untilMs !== null && untilMs <= nowMs) this.#shown.delete(id)
    }
    return [...this.#shown.values()]
  }

  /** Show one, in the place of its own id. The ids it pushes out, when there are too many. */
  show(overlay: OverlayView, nowMs: number): readonly string[] {
    this.#shown.delete(overlay.overlayId)
    this.#shown.set(overlay.overlayId, overlay)
    const shown = this.at(nowMs)
    const over = shown.slice(0, Math.max(0, shown.length - OVERLAYS_SHOWN_MAX))
    for (const { overlayId } of over) this.#shown.delete(overlayId)
    return over.map(({ overlayId }) => overlayId)
  }

  /** Take one away. Whether it was there. */
  hide(overlayId: string): boolean {
    return this.#shown.delete(overlayId)
  }
}
