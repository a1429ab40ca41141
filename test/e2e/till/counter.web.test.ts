import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { unpackText } from '@nightmarket/kernel'

import { createProfile, openChromium } from '../../../scripts/browser-lab.ts'
import { openSale } from './chore-page.ts'
import { filmCode, readCodes } from './picture-code.ts'
import { assertAccessible } from './till-look.ts'
import { openTillMarket, type TillMarket } from './till-market.ts'
import { openNewTill, sellMug, untilKept } from './till-page.ts'

let market: TillMarket

before(async () => {
  market = await openTillMarket()
})

after(() => market[Symbol.asyncDispose]())

const BLUE = '4006381333931'
const RED = '4006381333948'

/** A scanner that types: keys without a pause, then Enter. */
async function scan(page: Page, code: string): Promise<void> {
  await Promise.all([...code.split(''), 'Enter'].map((key) => page.keyboard.press(key)))
}

async function pay(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Pay / }).click()
}

/** The sale that the screen says is sold, how sure its money is, and on to the next buyer. */
async function sold(page: Page): Promise<readonly [orderId: string, standing: string]> {
  const screen = page.locator('.sold')
  await screen.waitFor()
  const orderId = await screen.getAttribute('data-order')
  const standing = await screen.locator('[data-payment]').getAttribute('data-payment')
  ok(orderId !== null && standing !== null)
  await page.getByRole('button', { name: 'Next buyer' }).click()
  return [orderId, standing]
}

async function choose(page: Page, name: string, value: string): Promise<void> {
  await page.getByRole('button', { name: 'This till', exact: true }).click()
  await page.locator(`select[name=${name}]`).selectOption(value)
  await page.getByRole('button', { name: 'Sell', exact: true }).click()
  await page.locator('.tiles').waitFor()
}

async function payByCode(page: Page, way: string, code: string): Promise<void> {
  await pay(page)
  await page.getByRole('button', { name: way, exact: true }).click()
  await page.locator('input[name=paycode]').fill(code)
  await page.getByRole('button', { name: 'Take it' }).click()
}

test('a till below the core itself sells with the network and without', async () => {
  using profile = createProfile()
  await using browser = await openChromium(profile)
  const at = market.market.addresses['core'] ?? ''
  const page = await openNewTill(browser, market, { name: 'yard', at })
  equal(new URL(page.url()).origin, at)
  const first = await sellMug(page)
  await untilKept(page)
  await browser.context.setOffline(true)
  await page.locator('.standing.offline').waitFor()
  const second = await sellMug(page)
  await browser.context.setOffline(false)
  await market.untilBooked([first, second], 'captured')
})

test('unplugged, a counter takes card, code and voucher on promise; the books decide', async () => {
  using profile = createProfile()
  await using browser = await openChromium(profile)
  const page = await openNewTill(browser, market)
  await choose(page, 'reader', 'practice')
  await browser.context.setOffline(true)
  await page.locator('.standing.offline').waitFor()

  await page.locator('input[type=search]').focus()
  await scan(page, '4006381333955')
  await page.getByText('Nothing on sale here has the code 4006381333955').waitFor()
  for (const code of [BLUE, BLUE, BLUE]) await scan(page, code)
  await page.getByText('One buyer gets 2 at most').waitFor()
  await page.getByRole('button', { name: /^One Night Mug – Blue less/ }).click()
  await scan(page, RED)
  equal(await page.locator('input[type=search]').inputValue(), '')
  deepEqual(await page.locator('.lines .what').allTextContents(), [
    '1 × Night Mug – Blue',
    '1 × Night Mug – Red',
  ])
  await pay(page)
  await page.getByRole('button', { name: 'Card', exact: true }).click()
  const [byCard, promise] = await sold(page)
  equal(promise, 'stored')

  await choose(page, 'practice', 'chargeDeclined')
  await scan(page, RED)
  await pay(page)
  await page.getByRole('button', { name: 'Card', exact: true }).click()
  const [byBadCard] = await sold(page)

  await scan(page, RED)
  await payByCode(page, 'Payment code', '4242 4242 4242 4242')
  await page.getByText('This is a card’s number').waitFor()
  await page.locator('input[name=paycode]').fill('pm_card_visa')
  await page.getByRole('button', { name: 'Take it' }).click()
  const [byToken, tokenPromise] = await sold(page)
  equal(tokenPromise, 'promised')

  await browser.context.setOffline(false)
  await page.locator('[data-unsynced="0"]').waitFor()
  await market.untilBooked([byCard, byToken], 'captured')
  await market.untilBooked([byBadCard], 'rescue')
  const code = await market.rescueByVoucher(byBadCard, '9.50')

  await browser.context.setOffline(true)
  await page.locator('.standing.offline').waitFor()
  await scan(page, RED)
  await payByCode(page, 'Voucher', `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`)
  await page.getByText('This is no voucher code').waitFor()
  await page.locator('input[name=paycode]').fill(code)
  await page.getByRole('button', { name: 'Take it' }).click()
  const [byVoucher] = await sold(page)

  await scan(page, RED)
  await payByCode(page, 'Voucher', code)
  await page.getByText('has sold for this voucher before').waitFor()
  await page.getByRole('button', { name: 'Take it' }).click()
  const [byVoucherAgain] = await sold(page)
  await browser.context.setOffline(false)
  await page.locator('[data-unsynced="0"]').waitFor()
  await market.untilBooked([byVoucher], 'captured')
  await market.untilBooked([byVoucherAgain], 'rescue')
  await market.nothingIsOff()
})

/** Open a sale, and begin one remedy for it with a reason: three taps of the four. */
async function begin(page: Page, orderId: string, remedy: string): Promise<void> {
  await openSale(page, orderId)
  await page.getByRole('button', { name: remedy, exact: true }).click()
  await page.getByRole('button', { name: 'Payment failed' }).click()
}

test('what the books refused is paid another way, or a voucher; a card is refunded', async () => {
  using profile = createProfile()
  await using browser = await openChromium(profile)
  const page = await openNewTill(browser, market)
  await choose(page, 'reader', 'practice')
  await choose(page, 'practice', 'chargeDeclined')
  await browser.context.setOffline(true)
  await page.locator('.standing.offline').waitFor()
  const byCard = async () => {
    await scan(page, RED)
    await pay(page)
    await page.getByRole('button', { name: 'Card', exact: true }).click()
    return (await sold(page))[0]
  }
  const [toCard, toVoucher, vouchered] = [await byCard(), await byCard(), await byCard()]
  await choose(page, 'practice', 'visa')
  const good = await byCard()
  await browser.context.setOffline(false)
  await page.locator('[data-unsynced="0"]').waitFor()
  await market.untilBooked([toCard, toVoucher, vouchered], 'rescue')
  await market.untilBooked([good], 'captured')

  await begin(page, vouchered, 'Give a voucher')
  await page.getByRole('button', { name: 'Ask for the voucher' }).click()
  await page.locator('.verdict.vouchered').waitFor()
  const code = await page.locator('.slip.own .code').innerText()

  await begin(page, toCard, 'Pay another way')
  await assertAccessible(page, 'remedy.pay_again')
  await page.getByRole('button', { name: 'Card', exact: true }).click()
  await page.locator('.verdict.kept').waitFor()

  await begin(page, toVoucher, 'Pay another way')
  await page.getByRole('button', { name: 'Voucher', exact: true }).click()
  await page.locator('input[name=paycode]').fill(`${code.slice(0, -1)}-`)
  await page.getByRole('button', { name: 'Take it' }).click()
  await page.getByText('This is no voucher code').waitFor()
  await page.locator('input[name=paycode]').fill(code)
  await page.getByRole('button', { name: 'Take it' }).click()
  await page.locator('.verdict.kept').waitFor()

  await begin(page, good, 'Refund')
  await page.getByRole('button', { name: 'Ask for the refund' }).click()
  await page.locator('.verdict.refunded').waitFor()
  deepEqual(await market.booked([toCard, toVoucher, good]), ['captured', 'captured', 'refunded'])
  await market.nothingIsOff()
})

/** A printer on the bus that keeps what it is sent, in place of hardware. */
function plugInPrinter(): void {
  const sent: number[] = []
  const endpoints = [{ endpointNumber: 1, direction: 'out', type: 'bulk' }]
  const alternates = [{ interfaceClass: 7, endpoints }]
  const device = {
    opened: false,
    configuration: { interfaces: [{ interfaceNumber: 0, claimed: false, alternates }] },
    open: async () => undefined,
    claimInterface: async () => undefined,
    transferOut: async (_: number, bytes: Uint8Array) => {
      sent.push(...bytes)
      return { status: 'ok', bytesWritten: bytes.length }
    },
  }
  const usb = { requestDevice: async () => device, getDevices: async () => [] }
  Object.defineProperty(navigator, 'usb', { value: usb })
  Object.assign(globalThis, { printed: sent })
}

test('a camera finds the product; its receipt is read off the screen and printed', async () => {
  using profile = createProfile()
  const film = join(market.market.folder, 'code.y4m')
  filmCode(film, BLUE)
  const camera = ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`]
  await using browser = await openChromium(profile, camera)
  await browser.context.addInitScript(plugInPrinter)
  const page = await openNewTill(browser, market)

  await page.getByRole('button', { name: 'Scan', exact: true }).click()
  await page.getByText('This page may not use the camera').waitFor()
  await page.getByRole('button', { name: 'Back' }).click()
  await browser.context.grantPermissions(['camera'])
  await untilKept(page)
  await browser.context.setOffline(true)
  await page.getByRole('button', { name: 'Scan', exact: true }).click()
  await page.locator('.lines .what', { hasText: 'Blue' }).waitFor()

  await pay(page)
  await page.keyboard.press('Enter')
  await page.locator('.sold').waitFor()
  const orderId = await page.locator('.sold').getAttribute('data-order')
  await page.getByRole('button', { name: 'Show the code large' }).click()
  const [link = ''] = await readCodes(await page.screenshot())
  const receipt = unpackText(link) as { readonly entry: string } | null
  equal(JSON.parse(receipt?.entry ?? '{}').body?.orderId, orderId)
  await page.getByRole('button', { name: 'Close' }).click()

  await page.getByRole('button', { name: 'Print' }).click()
  await page.getByRole('button', { name: 'Connect by USB' }).click()
  await page.getByText('Sent to the printer').waitFor()
  const sent = await page.evaluate(() => (globalThis as unknown as { printed: number[] }).printed)
  ok(Buffer.from(sent).toString('latin1').includes(link), 'the paper has the same code')

  await browser.context.setOffline(false)
  const verifier = await browser.context.newPage()
  await verifier.goto(link)
  await verifier.getByText('genuine').first().waitFor()
})
