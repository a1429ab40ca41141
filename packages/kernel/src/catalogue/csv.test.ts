import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'node:test'

import fc from 'fast-check'

import { readCsv, writeCsv } from './csv.ts'

const read = (text: string) =>
  [...readCsv(text)].map(({ line, fields }) => [line, ...fields] as const)

describe('readCsv', () => {
  test('[CV1] keeps commas, line breaks and doubled quotes of a quoted field', () => {
    deepEqual(read('a,"b, ""c""\r\nd",e\r\n'), [[1, 'a', 'b, "c"\r\nd', 'e']])
    deepEqual(read('"",,""'), [[1, '', '', '']])
    deepEqual(read('12" record, x '), [[1, '12" record', ' x ']])
  })

  test('[CV1] drops the byte order mark and lines without a character', () => {
    deepEqual(read('\uFEFFa,b\n\n\r\n1,2'), [[1, 'a', 'b'], [4, '1', '2']])
    deepEqual(read('\uFEFF"a",b'), [[1, 'a', 'b']])
    deepEqual([read(''), read('\uFEFF'), read('\n\r\n\r')], [[], [], []])
  })

  test('[CV2] counts the lines inside quotes, whatever ends them', () => {
    const records = [[1, 'a'], [2, '1\n2\r\n3\r4'], [6, 'b'], [7, 'c']]
    deepEqual(read('a\r\n"1\n2\r\n3\r4"\rb\nc'), records)
  })

  test('[CV3] names the line of a quote that never ends, and keeps what came before', () => {
    const records = [...readCsv('a,b\n1,2\n3,\n"4\n",x,"5\n6,7\n')]
    deepEqual(records.map((record) => record.flaw), [
      null,
      null,
      null,
      { code: 'quote_unterminated', line: 5, field: 2 },
    ])
    equal(records.at(-1)?.line, 4)
  })

  test('[CV3] text after a closing quote spoils its own record only', () => {
    const records = [...readCsv('"a"b,c\nd,e\n')]
    deepEqual(records.map(({ flaw }) => flaw?.code ?? null), ['quote_misplaced', null])
    deepEqual(records.map(({ fields }) => fields), [['ab', 'c'], ['d', 'e']])
  })

  test('[CV1] reads back whatever is written', () => {
    const cell = fc.oneof(fc.string(), fc.stringMatching(/^["\r\n, a]*$/))
    const records = fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }))
    fc.assert(
      fc.property(records, (written) => {
        const text = writeCsv([['first', 'row'], ...written])
        const found = [...readCsv(text)]
        deepEqual(found.map(({ fields }) => fields), [['first', 'row'], ...written])
        deepEqual(found.filter(({ flaw }) => flaw !== null), [])
      }),
    )
  })

  test('[CV2] lines never go back, and no text makes it throw', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^["\r\n,ab]*$/), (text) => {
        const lines = [...readCsv(text)].map(({ line }) => line)
        deepEqual(lines, [...new Set(lines)].toSorted((a, b) => a - b))
      }),
    )
  })
})
