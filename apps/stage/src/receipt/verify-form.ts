import { VERIFY_WORDS, type VerifyFacts } from '@nightmarket/ui'

import type { PageFacts } from '../page/page-facts.ts'
import { checkReceipt } from './check-receipt.ts'
import { unpackReceipt } from './receipt-link.ts'

/** Where the worker looks for pages without a connection. */
const CACHE = 'nightmarket-stage-1'

/**
 * The verifier checks on this device, with or without a connection: what is pasted, files, and
 * receipts that came with a link or a QR code. Without this script the page sends the form instead.
 */
export async function startVerifyForm(form: HTMLFormElement, page: PageFacts): Promise<void> {
  const text = form.querySelector('textarea')
  const field = form.querySelector<HTMLElement>('[data-file]')
  const file = field?.querySelector('input')
  const outcome = document.querySelector<HTMLElement>('[data-outcome]')
  const isWhole = text !== null && outcome !== null && file !== null && file !== undefined
  if (!isWhole || field === null || page.facts === undefined) return
  const facts = page.facts as unknown as VerifyFacts
  field.hidden = false
  const check = () => {
    outcome.innerHTML = checkReceipt(text.value, page, facts)?.text ?? ''
  }
  file.addEventListener('change', () => {
    void file.files?.[0]?.text().then((content) => {
      text.value = content
      check()
    })
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    check()
  })
  const checkAddress = async () => {
    if (location.hash.length < 2) return
    const packed = location.hash.slice(1)
    // What tills pack is read as it is; older links have to be inflated first.
    const receipt = packed.startsWith('1.') ? packed : await unpackReceipt(packed)
    if (receipt === null) return
    text.value = receipt
    history.replaceState(null, '', location.pathname)
    check()
  }
  addEventListener('hashchange', () => void checkAddress())
  await checkAddress()
  await keepForOffline(form, page)
}

/** Keep this page and all that it loaded, and say that it needs no connection from now on. */
async function keepForOffline(form: HTMLFormElement, { language }: PageFacts): Promise<void> {
  if (!('serviceWorker' in navigator) || !navigator.onLine) return
  await navigator.serviceWorker.ready
  const loaded = performance.getEntriesByType('resource').map(({ name }) => name)
  const own = loaded.filter((address) => address.startsWith(`${location.origin}/stage/`))
  const cache = await caches.open(CACHE)
  await cache.addAll([...new Set(['/receipt', import.meta.url, ...own])])
  const note = document.createElement('p')
  note.dataset['kept'] = ''
  note.textContent = VERIFY_WORDS[language].kept
  form.after(note)
}
