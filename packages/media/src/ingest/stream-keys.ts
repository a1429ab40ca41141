import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** The hash of a show's stream key, as the file of keys has it. */
export interface StreamKey {
  readonly showId: string
  readonly hash: string
}

/** The file of keys: a show and the hash of its key on each line. */
export function writeStreamKeys(keys: readonly StreamKey[]): string {
  return keys.map(({ showId, hash }) => `${showId} ${hash}\n`).join('')
}

/** Read the file of keys. A line that is damaged lets nobody in. [KY1] */
export function parseStreamKeys(text: string): readonly StreamKey[] {
  return text.split('\n').flatMap((line) => {
    const [, showId, hash] = /^(\S+) ([0-9a-f]{64})$/.exec(line) ?? []
    return showId === undefined || hash === undefined ? [] : [{ showId, hash }]
  })
}

/** What is kept of a key. */
export function hashStreamKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/** What a show's SRT is encrypted with: whoever has the key can tell it, and so can its hash. */
export function srtPassphrase(hash: string): string {
  return createHash('sha256').update(`srt ${hash}`).digest('hex').slice(0, 32)
}

/** The show that a key opens, or `null`. The file is read each time: keys rotate. [KY1] */
export function showOfKey(file: string, key: string): string | null {
  const shown = Buffer.from(hashStreamKey(key))
  const found = readStreamKeys(file).find(({ hash }) => timingSafeEqual(Buffer.from(hash), shown))
  return found?.showId ?? null
}

/** The keys of an edge; none before the first was made. */
export function readStreamKeys(file: string): readonly StreamKey[] {
  try {
    return parseStreamKeys(readFileSync(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
