import { html, raw } from 'hono/html'

import { refName, resolveSchema, type ApiDocument, type ApiSchema } from './document.ts'
import { prose, type Markup } from './markup.ts'

/** Deeper nesting than this is named, not shown: a schema may contain itself. */
const DEPTH_MAX = 5

/** An example's own depth limit. */
const EXAMPLE_DEPTH_MAX = 6

/** A schema's fields as a list, nested ones folded under the field that holds them. */
export function schemaView(document: ApiDocument, schema: ApiSchema, depth = 0): Markup {
  const resolved = resolveSchema(document, schema)
  const variants = resolved.anyOf ?? resolved.oneOf
  if (variants !== undefined && depth < DEPTH_MAX) {
    return html`<ul class="variants">
      ${variants.map((one) => html`<li>${schemaView(document, one, depth + 1)}</li>`)}
    </ul>`
  }
  const fields = Object.entries(resolved.properties ?? {})
  if (fields.length === 0) return html`<p class="type">${typeName(schema)}</p>`
  const required = new Set(resolved.required)
  return html`<dl class="fields">
    ${fields.map(([name, field]) => fieldView(document, name, field, required.has(name), depth))}
  </dl>`
}

/** One field or parameter: its name, type, limits, meaning, and what it holds. */
export function fieldView(
  document: ApiDocument,
  name: string,
  field: ApiSchema,
  isRequired: boolean,
  depth = 0,
): Markup {
  const resolved = resolveSchema(document, field)
  const inner = resolveSchema(document, resolved.items ?? resolved)
  const isNested = inner.properties !== undefined && depth < DEPTH_MAX
  const description = field.description ?? resolved.description
  return html`<div class="field">
    <dt>
      <code class="name">${name}</code>
      <span class="type">${typeName(field)}</span>
      ${isRequired ? '' : html`<span class="optional">optional</span>`}
    </dt>
    <dd>
      ${description === undefined ? '' : html`<p>${prose(description)}</p>`} ${limitsView(resolved)}
      ${
        isNested
          ? html`<details>
              <summary>Fields</summary>
              ${schemaView(document, inner, depth + 1)}
            </details>`
          : ''
      }
    </dd>
  </div>`
}

function limitsView(schema: ApiSchema): Markup {
  const limits = limitsOf(schema)
  return limits.length === 0 ? html`` : html`<p class="limits">${limits.join(' · ')}</p>`
}

function limitsOf(schema: ApiSchema): string[] {
  const limits: string[] = []
  const add = (value: unknown, text: string) => {
    if (value !== undefined) limits.push(text)
  }
  const isBounded = schema.maximum !== undefined && schema.maximum < Number.MAX_SAFE_INTEGER
  add(schema.minimum, `at least ${schema.minimum}`)
  add(schema.exclusiveMinimum, `above ${schema.exclusiveMinimum}`)
  add(isBounded ? schema.maximum : undefined, `at most ${schema.maximum}`)
  add(schema.minLength, `at least ${schema.minLength} characters`)
  add(schema.maxLength, `at most ${schema.maxLength} characters`)
  add(schema.minItems, `at least ${schema.minItems} items`)
  add(schema.maxItems, `at most ${schema.maxItems} items`)
  add(schema.default, `${JSON.stringify(schema.default)} when absent`)
  return limits.filter((limit) => !limit.startsWith(`at least ${Number.MIN_SAFE_INTEGER}`))
}

/** A type in words: `list of Line`, `"card" or "cash"`, `whole number`. */
export function typeName(schema: ApiSchema): string {
  if (schema.$ref !== undefined) return refName(schema.$ref)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(' or ')
  const variants = schema.anyOf ?? schema.oneOf
  if (variants !== undefined) return variants.map((one) => typeName(one)).join(' or ')
  if (schema.type === 'array') return `list of ${typeName(schema.items ?? {})}`
  if (schema.type === 'integer') return 'whole number'
  if (Array.isArray(schema.type)) return schema.type.join(' or ')
  return typeof schema.type === 'string' ? schema.type : 'anything'
}

/** JSON that fits a schema, from its own examples where it has some. */
export function exampleOf(document: ApiDocument, schema: ApiSchema, depth = 0): unknown {
  const resolved = resolveSchema(document, schema)
  const own = [resolved.examples?.[0], resolved.const, resolved.enum?.[0], resolved.default]
  const stated = own.find((value) => value !== undefined)
  if (stated !== undefined) return stated
  const variant = (resolved.anyOf ?? resolved.oneOf)?.[0]
  if (variant !== undefined) return exampleOf(document, variant, depth + 1)
  if (depth > EXAMPLE_DEPTH_MAX) return null
  return exampleOfType(document, resolved, depth)
}

function exampleOfType(document: ApiDocument, schema: ApiSchema, depth: number): unknown {
  const { type } = schema
  if (type === 'object') {
    const fields = Object.entries(schema.properties ?? {})
    return Object.fromEntries(
      fields.map(([name, field]) => [name, exampleOf(document, field, depth + 1)]),
    )
  }
  if (type === 'array') return [exampleOf(document, schema.items ?? {}, depth + 1)]
  if (type === 'integer' || type === 'number') return Math.max(schema.minimum ?? 1, 1)
  if (type === 'boolean') return true
  return type === 'string' ? 'text' : null
}

/** JSON with its keys, texts and numbers marked for colour. */
export function jsonView(value: unknown): Markup {
  const text = JSON.stringify(value, null, 2)
  const marked = escapeText(text).replace(
    /(&quot;(?:[^&\\]|&(?!quot;)|\\.)*&quot;)(\s*:)?|\b(true|false|null|-?\d+(?:\.\d+)?)\b/g,
    (match, quoted?: string, colon?: string) => {
      if (quoted === undefined) return `<span class="n">${match}</span>`
      const kind = colon === undefined ? 's' : 'k'
      return `<span class="${kind}">${quoted}</span>${colon ?? ''}`
    },
  )
  return raw(marked)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
}
