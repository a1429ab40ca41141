import { ID_LENGTH_MAX, type ProductId, type VariantId } from '../id.ts'
import { OPTION_NAME_DEFAULT, OPTION_VALUE_DEFAULT } from './product.ts'

/** What can stand in an id as it is: words of letters, digits, dots and dashes, single spaces. */
const PLAIN_PATTERN = /^[a-z0-9][a-z0-9.-]*(?: [a-z0-9.-]+)*$/

/**
 * A product's id: its handle.
 *
 * - [CT7] Ids come from handle and option values alone, never from the order or the neighbours in a
 *   file, so that they are the same at every import. Case and outer spaces do not count.
 * - [CT8] What cannot stand in an id becomes a readable slug with a hash of the exact text after
 *   `~`, so that `S/M` and `S M` stay apart.
 */
export function productIdOf(handle: string): ProductId {
  return fit(slugOf(handle)) as ProductId
}

/** A variant's id: `mug` for a product without options, `mug:large:dark_blue` for one with. */
export function variantIdOf(
  handle: string,
  optionNames: readonly string[],
  optionValues: readonly string[],
): VariantId {
  const isDefault =
    optionNames.length === 1 &&
    optionNames[0] === OPTION_NAME_DEFAULT &&
    optionValues[0] === OPTION_VALUE_DEFAULT
  const parts = isDefault ? [handle] : [handle, ...optionValues]
  return fit(parts.map(slugOf).join(':')) as VariantId
}

/** A handle for a product that came without one: the title's words in lower case, with dashes. */
export function handleOf(title: string): string {
  return wordsOf(title) || `product-${hashOf(title)}`
}

function slugOf(text: string): string {
  const plain = text.normalize('NFC').trim().toLowerCase()
  if (PLAIN_PATTERN.test(plain)) return plain.replaceAll(' ', '_')
  return `${wordsOf(plain) || 'x'}~${hashOf(plain)}`
}

function wordsOf(text: string): string {
  const letters = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return letters.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
}

function fit(id: string): string {
  if (id.length <= ID_LENGTH_MAX) return id
  const hash = hashOf(id)
  return `${id.slice(0, ID_LENGTH_MAX - hash.length - 1)}~${hash}`
}

/** 64 bits of FNV-1a over UTF-16 code units, twelve digits. Tells texts apart; proves nothing. */
function hashOf(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (let position = 0; position < text.length; position += 1) {
    hash ^= BigInt(text.charCodeAt(position))
    hash = BigInt.asUintN(64, hash * 0x100000001b3n)
  }
  return hash.toString(36).padStart(13, '0').slice(-12)
}
