import { html } from 'hono/html'

/** Escaped markup; nested markup is not escaped again. */
export type Markup = ReturnType<typeof html>

/** Plain text with `code` between backticks, and a line per newline. */
export function prose(text: string): Markup {
  const lines = text.split('\n').map((line, index) => {
    const parts = line
      .split('`')
      .map((part, place) => (place % 2 === 1 ? html`<code>${part}</code>` : part))
    return index === 0 ? html`${parts}` : html`<br />${parts}`
  })
  return html`${lines}`
}
