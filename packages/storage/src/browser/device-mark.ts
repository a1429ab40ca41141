/** What a device remembers of its journal outside of the database: enough to miss it. */
export interface DeviceMark {
  readonly lifeId: string
  /** An entry that was durable: the journal can only be longer. */
  readonly sequence: number
}

/** The part of `localStorage` that is needed. */
export type MarkStorage = Pick<Storage, 'getItem' | 'setItem'>

/** Read the mark; `null` when there is none, or none that we wrote. */
export function readMark(storage: MarkStorage, name: string): DeviceMark | null {
  const text = storage.getItem(keyOf(name))
  const [lifeId, digits, ...rest] = text?.split(' ') ?? []
  if (lifeId === undefined || digits === undefined || rest.length > 0) return null
  const sequence = Number(digits)
  return Number.isSafeInteger(sequence) ? { lifeId, sequence } : null
}

/**
 * Move the mark. It is written after the journal and lazily by the browser, so that it never runs
 * ahead of what is durable; when there is no room for it, it stays where it was, which is true too.
 */
export function writeMark(storage: MarkStorage, name: string, mark: DeviceMark): void {
  try {
    storage.setItem(keyOf(name), `${mark.lifeId} ${mark.sequence}`)
  } catch (error) {
    if (!(error instanceof DOMException)) throw error
  }
}

function keyOf(name: string): string {
  return `nightmarket/${name}/mark`
}
