/** Between two characters of a scanner that types; no hand is that fast for a whole code. */
const KEY_MS_MAX = 50

/** Shorter than any barcode: what is shorter was typed. */
const CODE_LENGTH_MIN = 4

/** What was heard so far of a scanner that types like a keyboard. */
export interface WedgeBurst {
  readonly text: string
  readonly lastMs: number
}

/** Before the first key. */
export const WEDGE_SILENT: WedgeBurst = { text: '', lastMs: Number.NEGATIVE_INFINITY }

/** One key: what has been heard by now, and the code when it ended one. */
export interface WedgeHeard {
  readonly burst: WedgeBurst
  readonly code: string | null
}

/**
 * Hear one key. A burst of keys without a pause, ended by Enter, is a code; a hand that types
 * begins a new burst with each key. Keys without a character, such as Shift, belong to none. [SV3]
 */
export function hearKey(burst: WedgeBurst, key: string, atMs: number): WedgeHeard {
  const isFast = atMs - burst.lastMs <= KEY_MS_MAX
  if (key === 'Enter') {
    const isCode = isFast && burst.text.length >= CODE_LENGTH_MIN
    return { burst: WEDGE_SILENT, code: isCode ? burst.text : null }
  }
  if (key.length !== 1) return { burst, code: null }
  return { burst: { text: isFast ? burst.text + key : key, lastMs: atMs }, code: null }
}
