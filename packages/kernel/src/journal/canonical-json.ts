import { assert } from '../assert.ts'
import type { Json } from './entry.ts'

/** How deep a value may nest. Journals need about 8; more is a peer that wants our stack. */
export const JSON_DEPTH_MAX = 64

/** What makes a value one that no journal may hold. */
export type JsonFlaw = 'not_json' | 'number_unsafe' | 'text_malformed' | 'too_deep'

type Shape = 'ordered' | 'unordered' | JsonFlaw

/**
 * RFC 8785 text of a value: the one spelling that is hashed, signed and stored.
 *
 * Members that are `undefined` are left out. A value that is already in order costs one walk and
 * one `JSON.stringify`, so build bodies with their keys in ascending order where sales are hot.
 *
 * - [JN1] Keys ascend by UTF-16 code units at every level, and nothing stands between tokens.
 * - [JN2] Numbers and strings are spelled as ECMAScript does.
 * - [JN3] A lone surrogate, a number that is not finite, an integer past 2^53 or a value that is
 *   no JSON is a defect.
 */
export function canonicalJson(value: Json): string {
  const shape = shapeOf(value, 0)
  if (shape === 'ordered') return JSON.stringify(value)
  assert(shape === 'unordered', `a journal cannot hold this value: ${shape}`)
  return spell(value)
}

/** RFC 8785 spelling of any finite number, also of integers that journals refuse. [JN2] */
export function canonicalNumber(value: number): string {
  assert(Number.isFinite(value), 'a JSON number is finite')
  return JSON.stringify(value)
}

/** What `canonicalJson` would refuse in an untrusted value; `null` when it is sound. */
export function findJsonFlaw(value: unknown): JsonFlaw | null {
  const shape = shapeOf(value, 0)
  return shape === 'ordered' || shape === 'unordered' ? null : shape
}

function shapeOf(value: unknown, depth: number): Shape {
  if (typeof value === 'string') return value.isWellFormed() ? 'ordered' : 'text_malformed'
  if (typeof value === 'number') return isNumberSafe(value) ? 'ordered' : 'number_unsafe'
  if (value === null || typeof value === 'boolean') return 'ordered'
  if (typeof value !== 'object') return 'not_json'
  if (depth === JSON_DEPTH_MAX) return 'too_deep'
  return Array.isArray(value) ? shapeOfArray(value, depth + 1) : shapeOfObject(value, depth + 1)
}

function isNumberSafe(value: number): boolean {
  return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value))
}

function shapeOfArray(values: readonly unknown[], depth: number): Shape {
  let shape: Shape = 'ordered'
  for (const value of values) {
    const inner = shapeOf(value, depth)
    if (inner === 'unordered') shape = inner
    else if (inner !== 'ordered') return inner
  }
  return shape
}

/** `for in` visits own keys only, because nothing but a plain object gets past the first line. */
function shapeOfObject(value: object, depth: number): Shape {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return 'not_json'
  const members = value as Readonly<Record<string, unknown>>
  let shape: Shape = 'ordered'
  let previous = ''
  for (const key in members) {
    const member = members[key]
    if (member === undefined) continue
    if (!key.isWellFormed()) return 'text_malformed'
    if (key < previous) shape = 'unordered'
    previous = key
    const inner = shapeOf(member, depth)
    if (inner === 'unordered') shape = inner
    else if (inner !== 'ordered') return inner
  }
  return shape
}

/** The slow path. Joins text instead of rebuilding objects: an engine sorts keys like `10`. */
function spell(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(spell).join(',')}]`
  const members = value as Readonly<Record<string, Json | undefined>>
  let text = ''
  for (const key of Object.keys(members).toSorted()) {
    const member = members[key]
    if (member === undefined) continue
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${spell(member)}`
  }
  return `{${text}}`
}
