import type { BuyerPass } from '@nightmarket/kernel'
import { say } from '@nightmarket/ui'

import { askEdge } from '../edge/ask-edge.ts'
import { element } from '../page/element.ts'
import type { PageFacts } from '../page/page-facts.ts'
import { keepPass } from './pass.ts'

/** Show on the privacy page what is kept for one tap, and take it back on request. */
export function showForgetPart(place: HTMLElement, { words }: PageFacts, pass: BuyerPass): void {
  const says = element('p', { role: 'status' }, say(words.forgetText, { label: pass.label }))
  const button = element('button', { class: 'quiet', type: 'button' }, words.forgetDo)
  button.addEventListener('click', () => {
    button.disabled = true
    const question = { method: 'POST', path: '/v1/passkeys/forget', body: { pass } } as const
    void askEdge(location.origin, question).then((answer) => {
      const isForgotten = answer?.status === 200
      button.disabled = false
      says.textContent = isForgotten ? words.forgotten : words.rememberAway
      if (!isForgotten) return
      keepPass(null)
      button.remove()
    })
  })
  place.replaceChildren(
    element('section', { class: 'remembered' }, element('h2', {}, words.forgetTitle), says, button),
  )
}
