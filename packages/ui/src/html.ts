/** Markup that is safe to send: every text in it was escaped, or written by us. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
}

/** What may stand in a template: texts and numbers are escaped, nothing is left out. */
export type HtmlPart = Html | string | number | null | undefined | false | readonly HtmlPart[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text as it may stand between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
}

/**
 * Write markup with values in it: html`<p>${title}</p>`. Every value is escaped unless it is `Html`
 * itself, so that forgetting is safe. Attributes are quoted; a URL goes through `safeUrl` first.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlPart[]): Html {
  const text = parts.map((part, at) => part + (at < values.length ? partText(values[at]) : ''))
  return new Html(text.join(''))
}

function partText(part: HtmlPart): string {
  if (part === null || part === undefined || part === false) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'string') return escapeHtml(part)
  return typeof part === 'number' ? String(part) : part.map(partText).join('')
}

/** JSON inside a `script` element: nothing in it can end the element or begin another. */
export function jsonText(value: unknown): Html {
  const text = JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (sign) => {
    return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
  return new Html(text)
}

/** An address that a page may show or link to: `https:`, `http:` or of this site; else `null`. */
export function safeUrl(text: string | null): string | null {
  if (text === null) return null
  if (text.startsWith('/') && !text.startsWith('//') && !text.includes('\\')) return text
  return /^https?:\/\/[^\s"'<>\\]+$/i.test(text) ? text : null
}
