import { useRef } from 'preact/hooks'
import { moveInGrid, type Tile } from '@nightmarket/ui/till'

import { cart, roomFor } from '../sale/cart.ts'
import { chooseTile } from '../sale/counter.ts'
import { say } from '../words/words.ts'

/** What is on sale, as large buttons; the arrow keys go from one to the next. */
export function TileGrid({ tiles }: { readonly tiles: readonly Tile[] }) {
  const list = useRef<HTMLUListElement>(null)
  const move = (event: KeyboardEvent) => {
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])]
    const from = buttons.findIndex((button) => button === document.activeElement)
    const firstTop = buttons[0]?.offsetTop
    const columns = buttons.filter(({ offsetTop }) => offsetTop === firstTop).length
    const to = moveInGrid(event.key, { from, count: buttons.length, columns })
    if (to === null) return
    event.preventDefault()
    buttons[to]?.focus()
  }
  return (
    <ul class="tiles" ref={list} onKeyDown={move}>
      {tiles.map((tile) => <TileButton key={`${tile.dropId} ${tile.variantId}`} tile={tile} />)}
    </ul>
  )
}

function TileButton({ tile }: { readonly tile: Tile }) {
  const { title, imageUrl, priceText, listPriceText, left, variantId } = tile
  const inCart = cart.value.get(variantId) ?? 0
  // A button that is disabled loses the focus: one that is only at its limit stays where it is.
  const isFull = roomFor(tile) <= 0
  return (
    <li>
      <button
        type="button"
        disabled={left === 0}
        aria-disabled={isFull}
        onClick={() => chooseTile(tile)}
      >
        {imageUrl === null
          ? <span class="picture" aria-hidden="true">{title.slice(0, 1)}</span>
          : <img class="picture" src={imageUrl} alt="" loading="lazy" decoding="async" />}
        <span class="title">{title}</span>
        <span class="price">
          {priceText}
          {listPriceText === null ? null : <>{' '}<s>{listPriceText}</s></>}
        </span>
        <span class="left">{left === 0 ? say('gone') : say('left', { count: left - inCart })}</span>
        {inCart === 0 ? null : <span class="in-cart">{inCart}</span>}
      </button>
    </li>
  )
}
