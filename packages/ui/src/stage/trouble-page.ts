import { html } from '../html.ts'
import type { StagePage } from './page-frame.ts'
import type { StageSite } from './stage-facts.ts'
import type { Words } from './words.ts'

/** Why a page has nothing to show, and the way out. */
export type Trouble = 'missing' | 'empty' | 'notSelling' | 'error'

/** A page for when there is nothing else to show. */
export function troublePage(site: StageSite, trouble: Trouble): StagePage {
  const { words } = site
  const [title, text] = [
    words[`${trouble}Title` as keyof Words],
    words[`${trouble}Text` as keyof Words],
  ]
  return {
    kind: 'trouble',
    title,
    description: text,
    path: '/',
    isPrivate: true,
    refreshSeconds: trouble === 'missing' ? null : 5,
    body: html`<main id="main" class="narrow nothing">
      <svg class="nothing-sign" viewBox="0 0 24 24" width="72" height="72" aria-hidden="true">
        <path
          d="M12 2v3M7 5h10l2 6-2 9H7l-2-9z"
          fill="none"
          stroke="currentColor"
          stroke-width="1"
          stroke-linejoin="round"
        />
      </svg>
      <h1>${title}</h1>
      <p>${text}</p>
      <p class="back">
        <a class="quiet" href="${trouble === 'missing' ? '/' : ''}"
          >${trouble === 'missing' ? words.back : words.reload}</a
        >
      </p>
    </main>`,
  }
}
