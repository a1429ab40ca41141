import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { createProfile, openChromium } from '../../../scripts/browser-lab.ts'
import { goAndSell, openChore } from './chore-page.ts'
import { openTillMarket, type TillMarket } from './till-market.ts'
import { openNewTill } from './till-page.ts'

let market: TillMarket

before(async () => {
  market = await openTillMarket()
})

after(async () => {
  await market[Symbol.asyncDispose]()
})

test('units go from till to till by a slip, unplugged; one is counted, one closed', async () => {
  using here = createProfile()
  using there = createProfile()
  await using giving = await openChromium(here)
  await using taking = await openChromium(there)
  const giver = await openNewTill(giving, market)
  const taker = await openNewTill(taking, market)
  await openChore(giver, 'Count goods')
  await giver.locator('[data-unsynced="0"]').waitFor()
  const compare = giver.getByRole('button', { name: 'Compare with the books' })
  await compare.click()
  await giver.getByText('The books say the same as this till').waitFor()
  for (const { context } of [giving, taking]) await context.setOffline(true)

  await openChore(taker, 'Take units')
  const code = await taker.locator('.slip.own figcaption').innerText()
  await openChore(giver, 'Hand units over')
  await giver.locator('.chips button').first().click()
  await giver.locator('input[name=quantity]').fill('3')
  await giver.getByRole('button', { name: 'Scan the other till' }).click()
  await giver.locator('dialog input[name=code]').fill('no till')
  await giver.getByRole('button', { name: 'Take it' }).click()
  await giver.getByText('This is no till’s code.').waitFor()
  await giver.locator('dialog input[name=code]').fill(code)
  await giver.getByRole('button', { name: 'Take it' }).click()
  await giver.getByRole('button', { name: 'Make the slip' }).click()
  await giver.locator('img.qr').waitFor()
  const slip = await giver.locator('textarea[name=slip]').inputValue()
  ok(slip.length < 2_950, 'a slip fits into one QR code')

  for (const outcome of ['Taken: 3 ×', 'Taken: 3 ×']) {
    await taker.locator('textarea[name=slip]').fill(slip)
    await taker.getByRole('button', { name: 'Read it' }).click()
    await taker.locator('p.sum', { hasText: '3 ×' }).waitFor()
    await taker.getByRole('button', { name: 'I stand for this' }).click()
    await taker.getByText(outcome).waitFor()
  }
  await taker.locator('textarea[name=slip]').fill(slip.slice(0, -3))
  await taker.getByRole('button', { name: 'Read it' }).click()
  await taker.getByText('This is no slip of this market').waitFor()

  const orderId = await goAndSell(taker)
  await openChore(taker, 'Count goods')
  const [first] = await taker.locator('.counts li').all()
  ok(first !== undefined)
  const held = Number(await first.locator('input').getAttribute('placeholder'))
  await first.locator('input').fill(String(held - 2))
  await taker.getByText('2 missing').waitFor()
  await taker.getByRole('button', { name: 'Put on record' }).click()
  await taker.getByText('On record: 1 counted').waitFor()

  for (const { context } of [giving, taking]) await context.setOffline(false)
  for (const page of [giver, taker]) await page.locator('[data-unsynced="0"]').waitFor()
  await market.untilBooked([orderId], 'captured')
  await compareUntilEqual()

  await openChore(taker, 'Close for the night')
  await taker.locator('input[name=amount]').fill('9.00')
  await taker.getByText('0.50 missing').waitFor()
  await taker.getByRole('button', { name: 'Put on record' }).click()
  await taker.getByText('On record: €9.00').waitFor()
  await taker.getByRole('button', { name: 'Close this till' }).click()
  await taker.getByRole('button', { name: 'I stand for this' }).click()
  await taker.getByRole('heading', { name: 'Closed for the night' }).waitFor()
  await taker.locator('[data-unsynced="0"]').waitFor()
  match(await taker.locator('.summary').innerText(), /Cash, 1 sale\s+€9\.50/)
  deepEqual(await market.mismatches(), ['count_differs', 'drawer_differs'])
  await market.nothingIsOff()

  async function compareUntilEqual(): Promise<void> {
    await openChore(taker, 'Count goods')
    for (;;) {
      await taker.getByRole('button', { name: 'Compare with the books' }).click()
      const said = taker.locator('section[aria-live] p, section[aria-live] li').first()
      const text = await said.innerText()
      if (!text.includes('news')) return equal(text.includes('say the same'), true, text)
    }
  }
})
