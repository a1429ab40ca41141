import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { moneyText } from '@nightmarket/ui'
import { searchTiles, type Tile } from '@nightmarket/ui/till'

import { CameraScanner } from '../camera/camera-scanner.tsx'
import { addToCart, cart, counter, nextBuyer, payInCash, search } from '../app.ts'
import { takeFromCart, tiles, till, totalMinor } from '../app.ts'
import { locale, say } from '../words/words.ts'
import { CashScreen, RefusedScreen, SoldScreen } from './counter-screen.tsx'

/** The grid of what is on sale, and beside it the cart or whoever pays. */
export function SellScreen() {
  useEffect(() => listenToScanner(), [])
  const shown = searchTiles(tiles.value, search.value)
  const at = counter.value
  return (
    <main class="sell">
      <section class="goods" aria-label={say('navSell')}>
        <div class="find">
          <input
            type="search"
            aria-label={say('search')}
            placeholder={say('search')}
            value={search.value}
            onInput={(event) => { search.value = event.currentTarget.value }}
          />
          <ScanButton />
        </div>
        {shown.length === 0 ? <p>{say('empty')}</p> : null}
        <ul class="tiles">
          {shown.map((tile) => <TileButton key={`${tile.dropId} ${tile.variantId}`} tile={tile} />)}
        </ul>
      </section>
      <aside class="counter" aria-live="polite">
        {at.at === 'cart' ? <CartView /> : null}
        {at.at === 'cash' ? <CashScreen totalMinor={at.totalMinor} /> : null}
        {at.at === 'sold' ? <SoldScreen sale={at.sale} changeMinor={at.changeMinor} /> : null}
        {at.at === 'refused' ? <RefusedScreen rejection={at.answer.rejection} /> : null}
      </aside>
    </main>
  )
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
            onCode={(code) => (takeBarcode(code) ? null : say('camera.unknown', { code }))}
            onClose={() => { isOpen.value = false }}
          />
        )
        : null}
    </>
  )
}

/** Put what a barcode names into the cart; `false` when nothing on sale has it. */
function takeBarcode(code: string): boolean {
  const found = tiles.value.find(({ barcode }) => barcode !== null && barcode === code.trim())
  if (found !== undefined) addToCart(found)
  return found !== undefined
}

function TileButton({ tile }: { readonly tile: Tile }) {
  const { title, imageUrl, priceText, left } = tile
  const inCart = cart.value.get(tile.variantId) ?? 0
  return (
    <li>
      <button type="button" disabled={left === 0} onClick={() => addToCart(tile)}>
        {imageUrl === null
          ? <span class="picture" aria-hidden="true">{title.slice(0, 1)}</span>
          : <img class="picture" src={imageUrl} alt="" />}
        <span class="title">{title}</span>
        <span class="price">{priceText}</span>
        <span class="left">{left === 0 ? say('gone') : say('left', { count: left - inCart })}</span>
        {inCart === 0 ? null : <span class="in-cart">{inCart}</span>}
      </button>
    </li>
  )
}

function CartView() {
  const chosen = tiles.value.filter(({ variantId }) => cart.value.has(variantId))
  const currency = till.value?.stall.state.active?.index.release.currency
  const total = totalMinor.value
  if (chosen.length === 0 || currency === undefined || total === null) {
    return <><h1>{say('cart')}</h1><p>{say('cartEmpty')}</p></>
  }
  const totalText = moneyText({ amountMinor: total, currency }, locale())
  return (
    <>
      <h1>{say('cart')}</h1>
      <ul class="lines">
        {chosen.map((tile) => <CartLine key={tile.variantId} tile={tile} />)}
      </ul>
      <button class="main" type="button" onClick={payInCash}>
        {say('pay', { total: totalText })}
      </button>
      <button type="button" onClick={nextBuyer}>{say('clear')}</button>
    </>
  )
}

function CartLine({ tile }: { readonly tile: Tile }) {
  const { variantId, title, priceText, perCustomer } = tile
  const quantity = cart.value.get(variantId) ?? 0
  return (
    <li>
      <span>{quantity} × {title}</span>
      <span class="price">{priceText}</span>
      <button
        type="button"
        aria-label={say('less', { title })}
        onClick={() => takeFromCart(variantId)}
      >
        −
      </button>
      {quantity === perCustomer ? <small>{say('limit', { count: quantity })}</small> : null}
    </li>
  )
}

/** A wedge types a barcode faster than any hand, and ends it with Enter. */
const WEDGE_MS_MAX = 50

/** Hear a barcode scanner that types, wherever the focus is but in a field. */
function listenToScanner(): () => void {
  let typed = ''
  let lastMs = 0
  const hear = (event: KeyboardEvent) => {
    const isFast = event.timeStamp - lastMs < WEDGE_MS_MAX
    lastMs = event.timeStamp
    if (event.key === 'Enter') {
      const isField = event.target instanceof HTMLInputElement
      const code = isField && event.target.type === 'search' ? event.target.value : typed
      typed = ''
      if (!takeBarcode(code)) return
      event.preventDefault()
      search.value = ''
    } else if (event.key.length === 1 && !(event.target instanceof HTMLInputElement)) {
      typed = isFast ? typed + event.key : event.key
    }
  }
  addEventListener('keydown', hear)
  return () => removeEventListener('keydown', hear)
}
