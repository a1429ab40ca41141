import type { LiveMessage } from './message.ts'

/** A message as it travels: its text is written once, however many viewers get it. */
export interface LiveFrame {
  readonly message: LiveMessage
  readonly text: string
  /** What a later one of the same key makes needless; `null`: each counts. */
  readonly key: string | null
}

/**
 * What goes to a viewer in one write. Many connections get the same batch: a host keeps what it
 * encoded for one batch under the batch itself, and writes the same bytes to all of them. [LV1]
 */
export interface LiveBatch {
  readonly frames: readonly LiveFrame[]
}

/** Write a message once. */
export function frameOf(message: LiveMessage): LiveFrame {
  return { message, text: JSON.stringify(message), key: keyOf(message) }
}

/** Later messages of a key replace earlier ones; `tip` has none, each stands alone. */
function keyOf(message: LiveMessage): string | null {
  switch (message.type) {
    case 'stock':
    case 'price':
      return `${message.type} ${message.dropId} ${message.variantId}`
    case 'crowd':
    case 'phase':
    case 'offers':
      return `${message.type} ${message.dropId}`
    case 'overlay':
      return `overlay ${message.overlay.overlayId}`
    case 'overlay_hidden':
      return `overlay ${message.overlayId}`
    case 'caption':
      return `caption ${message.cue.language} ${message.cue.cueId}`
    case 'standing':
      return `standing ${message.order.orderId}`
    case 'picture':
    case 'release':
    case 'hello':
    case 'snapshot':
    case 'shed':
    case 'refused':
      return message.type
    case 'tip':
      return null
  }
}
