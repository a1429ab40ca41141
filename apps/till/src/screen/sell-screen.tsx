import { useSignal } from '@preact/signals'
import { useLayoutEffect } from 'preact/hooks'
import { searchTiles } from '@nightmarket/ui/till'

import { tiles } from '../app.ts'
import { CameraScanner } from '../camera/camera-scanner.tsx'
import { listenToWedge } from '../camera/wedge-scanner.ts'
import { search, unknownCode } from '../sale/cart.ts'
import { chooseTile, counter, takeBarcode } from '../sale/counter.ts'
import { say } from '../words/words.ts'
import { CartView } from './cart-view.tsx'
import { CodeScreen } from './code-screen.tsx'
import { PayScreen, ReaderScreen } from './pay-screen.tsx'
import { RefusedScreen, SoldScreen } from './sold-screen.tsx'
import { TileGrid } from './tile-grid.tsx'

/** The grid of what is on sale, and beside it the cart or whoever pays. */
export function SellScreen() {
  useLayoutEffect(
    () => listenToWedge(takeBarcode, (code) => { unknownCode.value = code }),
    [],
  )
  const shown = searchTiles(tiles.value, search.value)
  // Enter takes what the search has found, when that is one thing.
  const takeOnly = (event: Event) => {
    event.preventDefault()
    const [only, other] = shown
    if (only === undefined || other !== undefined) return
    search.value = ''
    chooseTile(only)
  }
  return (
    <main class="sell" data-at={counter.value.at}>
      <section class="goods" aria-label={say('navSell')}>
        <h1 class="unseen">{say('navSell')}</h1>
        <form class="find" role="search" onSubmit={takeOnly}>
          <input
            type="search"
            name="search"
            aria-label={say('search')}
            placeholder={say('search')}
            autocomplete="off"
            value={search.value}
            onInput={(event) => { search.value = event.currentTarget.value }}
          />
          <ScanButton />
        </form>
        {unknownCode.value === null
          ? null
          : (
            <p class="bad" role="alert">
              {say('pay.unknownCode', { code: unknownCode.value })}
            </p>
          )}
        {shown.length === 0
          ? <p>{say(tiles.value.length === 0 ? 'empty' : 'searchNone', { text: search.value })}</p>
          : <TileGrid tiles={shown} />}
      </section>
      <aside class="counter" aria-live="polite"><CounterView /></aside>
    </main>
  )
}

function CounterView() {
  const at = counter.value
  switch (at.at) {
    case 'cart':
      return <CartView />
    case 'paying':
      return <PayScreen totalMinor={at.sale.totalMinor} note={at.note} />
    case 'reader':
      return <ReaderScreen totalMinor={at.sale.totalMinor} />
    case 'code':
      return <CodeScreen way={at.way} totalMinor={at.sale.totalMinor} note={at.note} />
    case 'refused':
      return <RefusedScreen counter={at} />
    case 'sold':
      return <SoldScreen counter={at} />
  }
}

function ScanButton() {
  const isOpen = useSignal(false)
  return (
    <>
      <button type="button" onClick={() => { isOpen.value = true }}>{say('camera.open')}</button>
      {isOpen.value
        ? (
          <CameraScanner
            title={say('camera.product')}
            onCode={(code) => (takeBarcode(code) ? null : say('pay.unknownCode', { code }))}
            onClose={() => { isOpen.value = false }}
          />
        )
        : null}
    </>
  )
}
