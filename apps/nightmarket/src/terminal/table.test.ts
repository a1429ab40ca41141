import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'

import { money } from './format.ts'
import { clean, table } from './table.ts'
import { wrap } from './wrap.ts'

const plain = { paint: (_: string, text: string) => text, width: null }

test('columns are as wide as their widest cell, numbers at the right', () => {
  const rows = [
    { name: 'mug', units: '9' },
    { name: 'Ölkännchen', units: '1,200' },
  ]
  const text = table(
    rows,
    [
      { title: 'NAME', cell: ({ name }) => name },
      { title: 'UNITS', align: 'right', cell: ({ units }) => units },
    ],
    plain,
  )
  equal(text, 'NAME        UNITS\nmug             9\nÖlkännchen  1,200')
})

test('a narrow window shortens, then leaves out what may be missed, and names it', () => {
  const rows = [{ id: 'harbour-mug', title: 'Harbour Mug, the long story', units: '9' }]
  const draw = (width: number | null) =>
    table(
      rows,
      [
        { title: 'ITEM', cell: ({ id }) => id },
        { title: 'TITLE', shortens: true, leavesAs: 1, cell: ({ title }) => title },
        { title: 'UNITS', align: 'right', cell: ({ units }) => units },
      ],
      { ...plain, width },
    ).split('\n')
  deepEqual(draw(47), draw(null))
  deepEqual(draw(40), [
    'ITEM         TITLE                 UNITS',
    'harbour-mug  Harbour Mug, the lo…      9',
  ])
  deepEqual(draw(30), [
    'ITEM         UNITS',
    'harbour-mug      9',
    'Not shown, for want of room: TITLE. A wider window or --json shows all.',
  ])
})

test('what others wrote cannot move the cursor, ring the bell or break a line', () => {
  equal(clean('\u001b[31mred\u001b[0m\u0007 a\r\nb\u009b2J'), 'red  a b')
  equal(clean('x'.repeat(99), 10), `${'x'.repeat(9)}…`)
})

test('money is exact at any size', () => {
  equal(money(123_456_789_012_345, 'EUR').replaceAll(/\D/g, ''), '123456789012345')
})

test('text is broken at spaces and keeps its indent', () => {
  equal(wrap('  one two three', 9), '  one two\n  three')
  equal(wrap('one\n\ntwo', 9), 'one\n\ntwo')
})
