import type { Tile } from '@nightmarket/ui/till'

import { amountText } from '../app.ts'
import { addToCart, cart, chosen, clearCart, draft, roomFor, takeFromCart } from '../sale/cart.ts'
import { startPaying } from '../sale/counter.ts'
import type { Sale } from '../sale/sale.ts'
import { say } from '../words/words.ts'

/** What the buyer wants, at the price of the moment. */
export function CartView() {
  const sale = draft.value
  if (chosen.value.length === 0 || sale === null) {
    return <><h1>{say('cart')}</h1><p>{say('cartEmpty')}</p></>
  }
  const total = amountText(sale.totalMinor)
  return (
    <>
      <h1>{say('cart')}</h1>
      <ul class="lines">
        {chosen.value.map((tile) => (
          <CartLine key={tile.variantId} tile={tile} sale={sale} />
        ))}
      </ul>
      <div class="go">
        <button class="main" type="button" onClick={startPaying}>
          {say('pay.button', { total })}
        </button>
        <button type="button" onClick={clearCart}>{say('clear')}</button>
      </div>
    </>
  )
}

function CartLine({ tile, sale }: { readonly tile: Tile; readonly sale: Sale }) {
  const { variantId, title, perCustomer } = tile
  const quantity = cart.value.get(variantId) ?? 0
  const price = sale.token.prices.find((each) => each.variantId === variantId)
  const isFull = roomFor(tile) <= 0
  return (
    <li>
      <span class="what">{quantity} × {title}</span>
      <span class="price">{amountText(quantity * (price?.unitPriceMinor ?? 0))}</span>
      <span class="steps">
        <button
          type="button"
          aria-label={say('less', { title })}
          onClick={() => takeFromCart(variantId)}
        >
          −
        </button>
        <button
          type="button"
          aria-label={say('pay.more', { title })}
          aria-disabled={isFull}
          onClick={() => addToCart(tile)}
        >
          +
        </button>
      </span>
      {quantity === perCustomer ? <small>{say('limit', { count: quantity })}</small> : null}
    </li>
  )
}
