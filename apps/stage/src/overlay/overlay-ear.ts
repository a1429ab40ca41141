import type { LiveMessage } from '@nightmarket/edge'

import type { OverlayLayer, OverlayPlace } from './overlay-layer.ts'

/**
 * Listens for overlays, and loads what draws them with the first: most pages never need it.
 * Messages that come meanwhile wait for it.
 */
export function createOverlayEar(place: OverlayPlace): (message: LiveMessage) => void {
  let layer: Promise<OverlayLayer> | null = null
  const load = async () => new (await import('./overlay-layer.ts')).OverlayLayer(place)
  return (message) => {
    const isFirst =
      message.type === 'overlay' || (message.type === 'snapshot' && message.overlays.length > 0)
    if (isFirst) layer ??= load()
    void layer?.then((ready) => ready.hear(message))
  }
}
