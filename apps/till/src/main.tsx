import { render } from 'preact'

import '@nightmarket/ui/tokens.css'
import './style/till.css'
import './style/sell.css'
import './style/after-sale.css'
import { openApp, waitingWorker } from './app.ts'
import { watchBattery } from './battery.ts'
import { App } from './screen/app-screen.tsx'
import { openWords } from './words/words.ts'

/** The till's page: words, screen, journal, in this order, so that something is seen at once. */
const place = document.querySelector('#till')
openWords()
if (place !== null) render(<App />, place)
await openApp()
await watchBattery()
// An address with a code, opened where the till runs already, is taken as it would be from cold.
addEventListener('hashchange', () => location.reload())
if ('serviceWorker' in navigator) {
  await watchVersions(await navigator.serviceWorker.register('/till/sw.js', { scope: '/till/' }))
}

async function watchVersions(registration: ServiceWorkerRegistration): Promise<void> {
  const isUpdate = () => navigator.serviceWorker.controller !== null
  if (registration.waiting !== null && isUpdate()) waitingWorker.value = registration.waiting
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' && isUpdate()) waitingWorker.value = worker
    })
  })
  let isReloading = false
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (waitingWorker.value === null || isReloading) return
    isReloading = true
    location.reload()
  })
}
