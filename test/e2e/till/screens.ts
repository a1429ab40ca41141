import type {
  CameraTrouble,
  PaymentStanding,
  Remedy,
  Trouble,
  Verdict,
} from '@nightmarket/ui/till'

import type { Stage } from '../../../apps/till/src/app.ts'
import type { Place } from '../../../apps/till/src/place.ts'
import type { Counter } from '../../../apps/till/src/sale/counter.ts'
import type { CodeWay } from '../../../apps/till/src/sale/payment-code.ts'

/**
 * The name of everything that the till can show. Most of it is what the app itself tells apart, so
 * that a page, a trouble or a remedy that is new there does not type-check until it is listed. Left
 * out is what no till comes to by itself: an order that a bank has not answered yet looks like one
 * that it has, and nothing sold at a counter is voided.
 */
export type ScreenName =
  | `whole.${Exclude<Stage['at'], 'enrol' | 'running'>}`
  | `enrol.${'fresh' | 'refused' | 'unreachable' | 'lost' | 'rolled_back'}`
  | `sign-in.${'asked' | 'wrong' | 'nobody' | 'may_be_cleared'}`
  | `page.${Exclude<Place['at'], 'order'>}`
  | `page.${'sales_none' | 'sales_one_verdict' | 'stock_nothing'}`
  | `grid.${'empty' | 'found' | 'not_found' | 'unknown_code'}`
  | `counter.${Exclude<Counter['at'], 'code' | 'sold'>}`
  | `counter.code.${CodeWay | 'refused'}`
  | `counter.${'cart_full' | 'no_reader' | 'cash_only'}`
  | `sold.${PaymentStanding}`
  | `camera.${'picture' | CameraTrouble}`
  | `receipt.${'large' | 'print' | 'printed' | 'print_failed' | 'print_unsupported'}`
  | `order.${Exclude<Verdict, 'checking' | 'voided'> | 'asked' | 'contested'}`
  | `remedy.${Remedy | 'steward' | 'steward_wrong'}`
  | `stock.${'agrees' | 'unreachable' | 'differs'}`
  | `hand.${'slip' | 'steward' | 'nothing'}`
  | `take.${'offer' | 'outcome'}`
  | `drawer.${'opening' | 'in' | 'out' | 'recorded'}`
  | `close.${'asked' | 'closed'}`
  | `restore.${'ready' | 'outcomes'}`
  | `trouble.${Trouble}`
  | `banner.${'offline' | 'end_near' | 'promise_near' | 'battery' | 'syncing' | 'update'}`

/**
 * Everything that the till can show, and which of its components show it. A journey opens each by
 * its name; `every-screen.test.ts` holds that none is left out, of these and of the components.
 */
export const SCREENS: Readonly<Record<ScreenName, readonly string[]>> = {
  'whole.opening': ['app-screen'],
  'whole.watching': ['watch-screen'],
  'whole.trouble': ['app-screen'],
  'enrol.fresh': ['enrol-screen'],
  'enrol.refused': ['enrol-screen'],
  'enrol.unreachable': ['enrol-screen'],
  'enrol.lost': ['enrol-screen'],
  'enrol.rolled_back': ['enrol-screen'],
  'sign-in.asked': ['sign-in-screen'],
  'sign-in.wrong': ['sign-in-screen'],
  'sign-in.nobody': ['sign-in-screen'],
  'sign-in.may_be_cleared': ['sign-in-screen', 'keep-notice'],
  'page.sell': ['sell-screen', 'tile-grid', 'cart-view'],
  'page.sales': ['sales-screen'],
  'page.till': ['till-screen', 'reader-settings', 'keep-notice'],
  'page.stock': ['stock-screen'],
  'page.hand': ['hand-over-screen'],
  'page.take': ['take-slip-screen', 'qr-code'],
  'page.drawer': ['drawer-screen'],
  'page.close': ['close-screen', 'drawer-screen'],
  'page.restore': ['restore-screen', 'steward-pin'],
  'page.sales_none': ['sales-screen'],
  'page.sales_one_verdict': ['sales-screen'],
  'page.stock_nothing': ['stock-screen'],
  'grid.empty': ['sell-screen', 'tile-grid'],
  'grid.found': ['sell-screen', 'tile-grid'],
  'grid.not_found': ['sell-screen', 'tile-grid'],
  'grid.unknown_code': ['sell-screen', 'tile-grid'],
  'counter.cart': ['cart-view'],
  'counter.cart_full': ['cart-view'],
  'counter.paying': ['pay-screen'],
  'counter.reader': ['pay-screen'],
  'counter.refused': ['sold-screen'],
  'counter.no_reader': ['pay-screen'],
  'counter.cash_only': ['pay-screen'],
  'counter.code.voucher': ['code-screen', 'code-form'],
  'counter.code.token': ['code-screen', 'code-form'],
  'counter.code.refused': ['code-screen', 'code-form'],
  'sold.in_drawer': ['sold-screen', 'receipt-card'],
  'sold.stored': ['sold-screen', 'receipt-card'],
  'sold.promised': ['sold-screen', 'receipt-card'],
  'sold.paid': ['sold-screen', 'receipt-card'],
  'sold.refused': ['sold-screen', 'receipt-card'],
  'camera.picture': ['camera-scanner'],
  'camera.denied': ['camera-scanner'],
  'camera.absent': ['camera-scanner'],
  'camera.busy': ['camera-scanner'],
  'camera.insecure': ['camera-scanner'],
  'camera.failed': ['camera-scanner'],
  'receipt.large': ['receipt-card', 'qr-code'],
  'receipt.print': ['print-dialog'],
  'receipt.printed': ['print-dialog'],
  'receipt.print_failed': ['print-dialog'],
  'receipt.print_unsupported': ['print-dialog'],
  'order.unsent': ['order-screen', 'receipt-card'],
  'order.kept': ['order-screen', 'receipt-card'],
  'order.rescue': ['order-screen', 'receipt-card'],
  'order.contested': ['order-screen', 'receipt-card'],
  'order.refunded': ['order-screen', 'receipt-card'],
  'order.disputed': ['order-screen', 'receipt-card'],
  'order.asked': ['order-screen', 'receipt-card'],
  'order.refunding': ['order-screen'],
  'order.vouchered': ['order-screen', 'order-aid'],
  'order.given_up': ['order-screen', 'order-aid'],
  'remedy.pay_back': ['remedy-screen'],
  'remedy.refund': ['remedy-screen'],
  'remedy.pay_again': ['remedy-screen', 'pay-again'],
  'remedy.voucher': ['remedy-screen'],
  'remedy.release': ['remedy-screen'],
  'remedy.steward': ['remedy-screen', 'steward-pin'],
  'remedy.steward_wrong': ['remedy-screen', 'steward-pin'],
  'stock.agrees': ['stock-screen'],
  'stock.unreachable': ['stock-screen'],
  'stock.differs': ['stock-screen'],
  'hand.slip': ['hand-over-screen', 'qr-code'],
  'hand.steward': ['hand-over-screen', 'steward-pin'],
  'hand.nothing': ['hand-over-screen'],
  'take.offer': ['take-slip-screen'],
  'take.outcome': ['take-slip-screen'],
  'drawer.opening': ['drawer-screen'],
  'drawer.in': ['drawer-screen'],
  'drawer.out': ['drawer-screen'],
  'drawer.recorded': ['drawer-screen'],
  'close.asked': ['close-screen'],
  'close.closed': ['close-screen'],
  'restore.ready': ['restore-screen'],
  'restore.outcomes': ['restore-screen'],
  'trouble.no_release': ['trouble-banner'],
  'trouble.revoked': ['trouble-banner'],
  'trouble.closed': ['trouble-banner'],
  'trouble.clock': ['trouble-banner'],
  'trouble.storage': ['trouble-banner', 'sold-screen'],
  'trouble.quarantined': ['trouble-banner'],
  'trouble.retired': ['trouble-banner'],
  'banner.offline': ['app-screen'],
  'banner.end_near': ['app-screen'],
  'banner.promise_near': ['app-screen'],
  'banner.battery': ['trouble-banner'],
  'banner.syncing': ['sync-line'],
  'banner.update': ['app-screen'],
}

/** Screens that want a market, a till or a build of their own, and the journey that opens each. */
export const SEEN_ELSEWHERE: Readonly<Partial<Record<ScreenName, string>>> = {
  'whole.trouble': 'storage.web.test.ts',
  'trouble.storage': 'storage.web.test.ts',
  'trouble.quarantined': 'storage.web.test.ts',
  'trouble.retired': 'storage.web.test.ts',
  'banner.update': 'upgrade.web.test.ts',
  'trouble.revoked': 'after-sale.web.test.ts',
  'order.contested': 'after-sale.web.test.ts',
  'order.refunding': 'after-sale.web.test.ts',
}
