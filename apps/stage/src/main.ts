import './style/stage.css'
import './style/player.css'
import './style/overlay.css'
import type { LiveMessage } from '@nightmarket/edge'

import { OrderTickets } from './buy/order-tickets.ts'
import { openBuySheet, type Tapped } from './buy/buy-sheet.ts'
import { WishRunner } from './buy/wish-runner.ts'
import { openWishStore } from './buy/wish-store.ts'
import type { Wish } from './buy/wish.ts'
import { askEdge } from './edge/ask-edge.ts'
import { EdgeFinder } from './edge/edge-finder.ts'
import { followDrops, type StockShown } from './live/live-stock.ts'
import { createOverlayEar } from './overlay/overlay-ear.ts'
import { setClock, startCountdowns } from './page/clock.ts'
import { lookAgain } from './page/look-again.ts'
import { readPageFacts, type PageFacts } from './page/page-facts.ts'
import type { CaptionCue } from './player/caption-tracks.ts'
import type { LivePlayer } from './player/live-player.ts'
import type { MediaClock } from './player/media-clock.ts'
import { keptPass } from './remember/pass.ts'
import { consent, setConsent } from './viewer/viewer.ts'

const facts = readPageFacts(document)
if (facts !== null) void start(facts)

async function start(page: PageFacts): Promise<void> {
  if (page.nowMs !== null) setClock(page.nowMs)
  if (page.refreshSeconds !== null) lookAgain(page.refreshSeconds)
  const wallet = document.querySelector<HTMLFormElement>('[data-wallet="none"] form')
  if (wallet !== null && page.payments.kind === 'stripe')
    void import('./wallet/wallet-card.ts').then((card) => card.startWalletCard(wallet, page))
  const verify = document.querySelector<HTMLFormElement>('[data-verify]')
  if (verify !== null)
    void import('./receipt/verify-form.ts').then((form) => form.startVerifyForm(verify, page))
  const notice = document.getElementById('notice')
  const tell = (text: string) => {
    if (notice !== null) notice.textContent = text
  }
  const finder = new EdgeFinder(location.origin, () => tell(page.words.edgeMoved))
  const edgeUrl = () => finder.current
  const place = document.getElementById('orders')
  const picture = startPicture()
  const { root, clock, caption, come } = picture
  const drop = (dropId: string) => stock.drop(dropId)
  const hearOverlays =
    root === null ? () => {} : createOverlayEar({ root, page, edgeUrl, drop, picture: clock })
  const onSilence = () => finder.suspect()
  const hearAlso = (message: LiveMessage) => {
    if (message.type === 'caption') caption(message.cue)
    else if (message.type === 'picture') come(message.hasPicture)
    else {
      if (message.type === 'snapshot') come(message.hasPicture)
      hearOverlays(message)
    }
  }
  const stock: StockShown = followDrops(page, { edgeUrl, onSilence, hearAlso })
  const runner = place === null ? null : await startBuying(page, place, finder, stock)
  startCountdowns((ended) => {
    if (ended.closest('.drop, .order') !== null) setTimeout(() => location.reload(), 800)
  })
  startConsent()
  const remembered = document.querySelector<HTMLElement>('[data-remembered]')
  const pass = keptPass()
  if (remembered !== null && pass !== null)
    void import('./remember/forget-part.ts').then((part) =>
      part.showForgetPart(remembered, page, pass),
    )
  const connection = () => tell(navigator.onLine ? '' : page.words.offline)
  addEventListener('online', connection)
  addEventListener('offline', connection)
  if (!navigator.onLine) connection()
  await finder.start()
  await runner?.resume()
  if ('serviceWorker' in navigator && isSecureContext) {
    await navigator.serviceWorker.register('/stage/worker.js', { scope: '/' })
  }
}

/** The player is loaded only where there is a picture: it is larger than all the rest. */
function startPicture(): Picture {
  const slot = document.querySelector<HTMLElement>('[data-player]')
  const screen = document.querySelector<HTMLElement>('[data-player-slot]')
  let player: LivePlayer | null = null
  const start = async (root: HTMLElement) => {
    const { startPlayer } = await import('./player/live-player.ts')
    player = startPlayer(root)
  }
  const come = async (hasPicture: boolean) => {
    if (!hasPicture || isThere || screen === null) return
    isThere = true
    const { fetchSlot } = await import('./player/fetch-slot.ts')
    await start(await fetchSlot(screen))
  }
  let isThere = slot !== null
  if (slot !== null) void start(slot)
  return {
    root: slot ?? screen,
    clock: () => player?.clock ?? null,
    caption: (cue) => player?.caption(cue),
    come: (hasPicture) => void come(hasPicture),
  }
}

/** Where the picture is, or would be, and its clock once it is played. */
interface Picture {
  readonly root: HTMLElement | null
  readonly clock: () => MediaClock | null
  /** Words that come before it is played are asked for when it is. */
  readonly caption: (cue: CaptionCue) => void
  /** Whether the edge has a picture by now: a page that was there first gets it too. */
  readonly come: (hasPicture: boolean) => void
}

async function startBuying(
  page: PageFacts,
  place: HTMLElement,
  finder: EdgeFinder,
  stock: StockShown,
): Promise<WishRunner> {
  const store = await openWishStore()
  const runner = new WishRunner({
    store,
    bestEdge: () => finder.current,
    onChange(wish, isAway) {
      tickets.show(wish, isAway)
      stock.follow(wish)
      if (isAway) finder.suspect()
    },
  })
  const buy = (wish: Wish) => void runner.add(wish)
  const forget = (wish: Wish) => {
    tickets.remove(wish.orderId)
    void runner.forget(wish.orderId)
  }
  const leave = (path: string) => (wish: Wish) => {
    const question = { method: 'DELETE', path: path + wish.orderId, buyerId: wish.buyerId } as const
    void askEdge(wish.edgeUrl, question)
  }
  const tickets: OrderTickets = new OrderTickets(page, place, {
    confirm: ({ orderId }) =>
      void runner.change(orderId, (wish) =>
        wish.standing.is === 'held'
          ? { ...wish, standing: { is: 'asked', holdId: wish.standing.holdId } }
          : wish,
      ),
    release: (wish) => {
      leave('/v1/holds/')(wish)
      void runner.change(wish.orderId, (held) => ({
        ...held,
        standing: { is: 'over', reason: 'left' },
      }))
    },
    leave: leave('/v1/tickets/'),
    payAgain: ({ orderId }, payment) =>
      void runner.change(orderId, (wish) => ({ ...wish, rescue: { payment, wasSent: false } })),
    accept: ({ orderId }) =>
      void runner.change(orderId, (wish) =>
        wish.standing.is === 'dearer'
          ? { ...wish, unitPriceMinor: wish.standing.unitPriceMinor, standing: { is: 'queued' } }
          : wish,
      ),
    retry: (wish) => {
      forget(wish)
      openBuySheet(page, wish, { edgeUrl: finder.current, buy })
    },
    forget,
    remember: (wish) =>
      void import('./remember/remember-sheet.ts').then((sheet) =>
        sheet.openRememberSheet(page, wish, () => {
          for (const each of runner.wishes) tickets.show(each, false)
        }),
      ),
    showReceipt: (wish) =>
      void import('./receipt/receipt-sheet.ts').then((sheet) => sheet.openReceiptSheet(page, wish)),
  })
  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-buy]')
    const tapped = link === null ? null : readTapped(link)
    if (tapped === null) return
    event.preventDefault()
    openBuySheet(page, tapped, { edgeUrl: finder.current, buy })
  })
  return runner
}

function readTapped(link: HTMLAnchorElement): Tapped | null {
  const card = link.closest<HTMLElement>('[data-variant]')
  const { drop: dropId, variant: variantId } = card?.dataset ?? {}
  if (dropId === undefined || variantId === undefined || link.classList.contains('buy-off'))
    return null
  const title = card?.querySelector('.card-title')?.textContent ?? variantId
  const price = card?.querySelector<HTMLElement>('[data-price]')?.dataset['price']
  return { dropId, variantId, title, unitPriceMinor: Number(price) }
}

/** On the privacy page the answer is kept without a round trip. */
function startConsent(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('[data-consent]')) {
    form.addEventListener('submit', (event) => {
      const button = event.submitter as HTMLButtonElement | null
      if (button !== null && consent() === null) setConsent(button.value === 'yes')
    })
  }
}
