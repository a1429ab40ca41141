import { countdownText } from '@nightmarket/ui'

import { element } from './element.ts'

/** The edge's clock as far as this device can tell: countdowns follow it, not the phone's. */
let offsetMs = 0

/** Until the edge said what time it is nothing is over: a phone's clock may be hours off. */
let isSet = false

/** Take the edge's word for what time it is. */
export function setClock(edgeNowMs: number): void {
  offsetMs = edgeNowMs - Date.now()
  isSet = true
}

/** The edge's time now, in epoch milliseconds. */
export function edgeNowMs(): number {
  return Date.now() + offsetMs
}

/** A countdown to a moment, right from its first paint. */
export function countdownTo(atMs: number): HTMLElement {
  return element('time', { 'data-countdown': atMs }, countdownText(atMs - edgeNowMs()))
}

/** Keep every countdown on the page going; tell once about each that ends. */
export function startCountdowns(onEnd: (countdown: HTMLElement) => void): void {
  const tick = () => {
    if (isSet) wind()
    for (const each of document.querySelectorAll<HTMLElement>('[data-countdown]')) {
      const leftMs = Number(each.dataset['countdown']) - edgeNowMs()
      const text = countdownText(leftMs)
      if (each.textContent !== text) each.textContent = text
      each.classList.toggle('soon', leftMs < 15_000)
      if (isSet && leftMs <= 0 && each.dataset['ended'] === undefined) {
        each.dataset['ended'] = ''
        onEnd(each)
      }
    }
    setTimeout(tick, 1_000 - (edgeNowMs() % 1_000))
  }
  tick()
}

/** A moment further away than this is told by its date, not counted. */
const COUNTED_MS_MAX = 24 * 60 * 60 * 1_000

/** Make the moments on a page that was kept for everybody count, once they are near. */
function wind(): void {
  for (const clock of document.querySelectorAll<HTMLElement>('[data-clock]')) {
    const atMs = Number(clock.dataset['clock'])
    if (atMs - edgeNowMs() > COUNTED_MS_MAX) continue
    delete clock.dataset['clock']
    clock.replaceChildren(`${clock.dataset['label'] ?? ''} `, countdownTo(atMs))
  }
}
