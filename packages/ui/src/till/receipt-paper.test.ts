import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { openBench, releaseOfEvening } from '@nightmarket/kernel/testing'

import { encodePaper } from '../printer/encode-paper.ts'
import { receiptPaper, type PaperLine } from './receipt-paper.ts'

const words = {
  total: 'Total',
  given: 'Given',
  change: 'Change',
  paidBy: 'Paid in cash',
  hint: 'Scan to keep this.',
  when: '20:15',
}
const link = `http://192.168.1.20:8080/receipt#${'a'.repeat(1_000)}`

function paperOfEvening(): readonly PaperLine[] {
  const bench = openBench(releaseOfEvening())
  bench.grant('l1', 5)
  bench.place('0f8e2c1a-77aa-4d4f-9f51-aaaaaaaaaaaa')
  const [record] = bench.state.orders.values()
  ok(record !== undefined)
  const payment = { ...record.order.payment, tenderedMinor: 2_000 }
  const order = { ...record.order, payment }
  const index = bench.state.active?.index ?? null
  return receiptPaper({ order, index, link, words, locale: 'de' })
}

test('[SV10] the paper says what, where, how much, how it was paid, how to find it', () => {
  const paper = paperOfEvening()
  deepEqual(
    paper.flatMap((line) => ('left' in line ? [`${line.left} ${line.right}`] : [])),
    ['1 × Mug 12,50 €', 'Total 12,50 €', 'Given 20,00 €', 'Change 7,50 €'],
  )
  const texts = paper.flatMap((line) => ('text' in line ? [line.text] : []))
  deepEqual(texts, ['Evening', 'Yard, 20:15', 'Paid in cash', '0F8E2C1A', link, words.hint])
})

test('[SV11] a thermal printer gets the same lines, a QR code that it draws, and a cut', () => {
  const printed = encodePaper(paperOfEvening(), 32)
  const text = Buffer.from(printed).toString('latin1')
  equal(text.slice(0, 2), '\u001b@', 'the printer is reset first')
  ok(text.includes('0F8E2C1A'))
  ok(text.includes(`1P0${link}`), 'the printer draws the code')
  ok(text.includes('\u001dV'), 'the paper is cut')
  const rows = text.split('\n').filter((row) => row.includes('Mug'))
  equal(rows[0]?.includes('12,50'), true, 'a sum stands beside its thing')
})
