import type { GoLiveState } from '@nightmarket/ui'

import { canSendH264, PhoneSender } from './go-live/phone-sender.ts'
import './style/go-live.css'

/** As the page carries them. */
interface Words {
  readonly states: Readonly<Record<string, string>>
  readonly flaws: Readonly<Record<string, string>>
}

/** The page's parts, all of which the server wrote. */
function start(main: HTMLElement, words: Words): void {
  const one = <Found extends Element>(selector: string) => {
    const found = main.querySelector<Found>(selector)
    if (found === null) throw new Error(`the page has no ${selector}`)
    return found
  }
  const [form, bar] = [one<HTMLFormElement>('form'), one<HTMLElement>('.go-live-bar')]
  const key = one<HTMLInputElement>('#key')
  const list = one<HTMLUListElement>('.go-live-flaws')
  const show = (state: GoLiveState) => {
    main.dataset['state'] = state
    one('.go-live-state').textContent = words.states[state] ?? state
    const isOn = ['asking', 'connecting', 'live', 'lost'].includes(state)
    form.hidden = isOn
    bar.hidden = !isOn
    if (!isOn) list.replaceChildren()
  }
  const sender = new PhoneSender({
    video: one<HTMLVideoElement>('video'),
    onState: show,
    onFlaws(codes) {
      const items = codes.flatMap((code) => {
        const item = document.createElement('li')
        item.textContent = words.flaws[code] ?? ''
        return item.textContent === '' ? [] : [item]
      })
      list.replaceChildren(...items)
    },
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void sender.start(key.value.trim())
  })
  one('[data-stop]').addEventListener('click', () => void sender.stop())
  one('[data-turn]').addEventListener('click', () => void sender.turn())
  key.value = keyInAddress()
  if (!window.isSecureContext) show('insecure')
  else if (!canSendH264()) show('unsupported')
}

/** A key that came by a code stands behind the #, which no server sees, and goes away at once. */
function keyInAddress(): string {
  const key = decodeURIComponent(location.hash.slice(1))
  if (key !== '') history.replaceState(null, '', location.pathname)
  return key
}

const main = document.querySelector<HTMLElement>('main.go-live')
const words = document.querySelector('#words')?.textContent ?? null
if (main !== null && words !== null) start(main, JSON.parse(words) as Words)
