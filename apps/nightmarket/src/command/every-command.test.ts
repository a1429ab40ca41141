import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { openTestFolder } from '../testing/process.ts'
import { writeSmallShow } from '../testing/small-show.ts'
import { typeCommand } from '../testing/terminal.ts'
import { chapters } from './chapters.ts'

const commands = chapters.flatMap((chapter) => chapter.commands)

describe('every command', () => {
  test('has a name of its own, and help with an example of itself', async () => {
    equal(new Set(commands.map(({ name }) => name)).size, commands.length)
    for (const { name, examples } of commands) {
      const { exitCode, out, error } = await typeCommand([...name.split(' '), '--help'])
      deepEqual([exitCode, error], [0, ''], name)
      match(out, new RegExp(`Usage\n {2}nightmarket ${name}[^]*--json[^]*nightmarket ${name}`))
      ok(
        examples.every((example) => `${example} `.startsWith(`${name} `)),
        name,
      )
    }
  })

  test('fits its help into a hundred columns', async () => {
    for (const { name } of commands) {
      const { out } = await typeCommand([...name.split(' '), '--help'])
      const wide = out.split('\n').filter((line) => line.length > 100)
      deepEqual(wide, [], name)
    }
  })
})

describe('on a market that does not run', () => {
  const folder = openTestFolder()
  const data = ['--data', `${folder.path}/market`]
  before(async () => {
    const { csv, show } = writeSmallShow(folder.path)
    equal((await typeCommand(['import', csv, ...data])).exitCode, 0)
    equal((await typeCommand(['show', 'apply', show, ...data])).exitCode, 0)
  })
  after(() => folder[Symbol.dispose]())

  test('what only shows prints one JSON object on standard output', async () => {
    const shown: readonly (readonly [words: string, member: string])[] = [
      ['orders', 'orders'],
      ['stock', 'items'],
      ['nodes', 'nodes'],
      ['release list', 'releases'],
      ['reconcile', 'mismatches'],
      ['export', 'csv'],
      ['enrol --name hall', 'code'],
      ['doctor', 'checks'],
    ]
    for (const [words, member] of shown) {
      const { exitCode, out, error } = await typeCommand([...words.split(' '), ...data, '--json'])
      deepEqual([exitCode, error], [0, ''], words)
      equal(out.trimEnd().includes('\n'), false, words)
      ok(member in (JSON.parse(out) as object), words)
    }
  })

  test('a failure prints one JSON object too, and names the way out', async () => {
    const failing: readonly (readonly [words: string, code: string])[] = [
      ['orders nobody', 'order_unknown'],
      ['orders refund nobody', 'order_unknown'],
      ['orders void nobody', 'order_unknown'],
      ['orders fulfil nobody', 'order_unknown'],
      ['orders rescue nobody --release', 'order_unknown'],
      ['voucher nobody', 'voucher_unknown'],
      ['release rollback', 'nothing_to_roll_back_to'],
      ['release activate ffff', 'release_unknown'],
      ['nodes revoke nobody', 'node_unknown'],
      ['nodes write-off nobody --counted none', 'nothing_outstanding'],
      ['reconcile resolve nothing --note done', 'mismatch_unknown'],
      ['import nowhere.csv', 'enoent'],
      ['show apply nowhere.yaml', 'enoent'],
      ['show apply .', 'eisdir'],
    ]
    for (const [words, code] of failing) {
      const { exitCode, out } = await typeCommand([...words.split(' '), ...data, '--json'])
      equal(exitCode, 1, words)
      const { error } = JSON.parse(out) as { error: { code: string; wayOut: string | null } }
      equal(error.code, code, words)
      ok(error.wayOut !== null, `${words} names no way out`)
    }
  })

  test('what cannot be meant is refused before anything is touched', async () => {
    const wrong: readonly (readonly [words: string, code: string])[] = [
      ['orders --database mysql://localhost/market', 'database_invalid'],
      ['nodes write-off nobody', 'count_missing'],
      ['nodes write-off nobody --counted mug', 'option_invalid'],
    ]
    for (const [words, code] of wrong) {
      const { exitCode, out } = await typeCommand([...words.split(' '), ...data, '--json'])
      equal(exitCode, 2, words)
      equal((JSON.parse(out) as { error: { code: string } }).error.code, code, words)
    }
  })

  test('export gives back what import took, and importing it changes nothing', async () => {
    const { out } = await typeCommand(['export', ...data])
    match(out, /^Handle,Title,Body \(HTML\)/)
    match(out, /"<p>Holds tea,\nand coffee.<\/p>"/)
    const file = `${folder.path}/exported.csv`
    await typeCommand(['export', ...data, '--output', file])
    const again = await typeCommand(['import', file, ...data, '--json'])
    const { products, stock } = JSON.parse(again.out) as Record<string, unknown>
    deepEqual(products, { created: 0, changed: 0, unchanged: 1 })
    deepEqual(stock, { unitsAdded: 0, unitsTaken: 0 })
  })

  test('a row that cannot be taken is named by line, field and reason', async () => {
    const { out } = await typeCommand(['import', `${folder.path}/products.csv`, ...data])
    match(
      out,
      /1 row not imported\nLINE {2}FIELD +REASON +VALUE\n +5 {2}Variant Price +price missing/,
    )
  })

  test('a show file that is wrong is told place by place', async () => {
    const { exitCode, error } = await typeCommand([
      'show',
      'apply',
      `${folder.path}/products.csv`,
      ...data,
    ])
    equal(exitCode, 1)
    match(error, /products\.csv (is not YAML|holds no show)/)
  })
})

test('without a market a command says how to get one', async () => {
  using folder = openTestFolder()
  const { exitCode, error } = await typeCommand(['orders', '--data', `${folder.path}/none`])
  equal(exitCode, 1)
  match(error, /There is no market in .*none\.\n {2}→ Start one with nightmarket up/)
})
