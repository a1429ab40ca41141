/** Between two keys of one burst; a longer pause begins another. */
const PAUSE_MS_MAX = 150

/** Between two characters of a scanner on average: no hand keeps that up for a whole code. */
const KEY_MS_MAX = 50

/** Shorter than any barcode: what is shorter was typed. */
const CODE_LENGTH_MIN = 4

/** What was heard so far of a scanner that types like a keyboard. */
export interface WedgeBurst {
  readonly text: string
  readonly firstMs: number
  readonly lastMs: number
}

/** Before the first key. */
export const WEDGE_SILENT: WedgeBurst = {
  text: '',
  firstMs: Number.NEGATIVE_INFINITY,
  lastMs: Number.NEGATIVE_INFINITY,
}

/** One key: what has been heard by now, and the code when it ended one. */
export interface WedgeHeard {
  readonly burst: WedgeBurst
  readonly code: string | null
}

/**
 * Hear one key. A burst of keys that is faster than a hand, ended by Enter, is a code; a tablet
 * that is busy may hear one key late. Keys without a character, such as Shift, belong to none.
 * [SV3]
 */
export function hearKey(burst: WedgeBurst, key: string, atMs: number): WedgeHeard {
  const isOn = atMs - burst.lastMs <= PAUSE_MS_MAX
  if (key === 'Enter') {
    const { length } = burst.text
    const isFast = isOn && atMs - burst.firstMs <= length * KEY_MS_MAX
    return { burst: WEDGE_SILENT, code: isFast && length >= CODE_LENGTH_MIN ? burst.text : null }
  }
  if (key.length !== 1) return { burst, code: null }
  const begun = isOn ? burst : { text: '', firstMs: atMs }
  return { burst: { ...begun, text: begun.text + key, lastMs: atMs }, code: null }
}
