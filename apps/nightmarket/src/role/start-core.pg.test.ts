import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { cpSync, mkdirSync } from 'node:fs'
import { test } from 'node:test'

import { BooksDatabase } from '@nightmarket/core'
import { createCoreClient } from '@nightmarket/core/client'

import { ask } from '../market/ask.ts'
import { openMarket } from '../market/market-folder.ts'
import { Problem } from '../problem.ts'
import { openTestFolder } from '../testing/process.ts'
import { writeSmallShow } from '../testing/small-show.ts'
import { typeCommand } from '../testing/terminal.ts'
import { startCore } from './start-core.ts'

test('two cores keep one set of books on PostgreSQL, with one key', async () => {
  using folder = openTestFolder()
  await using database = await createDatabase()
  const { path } = folder
  await using first = await startCore(optionsOf(`${path}/one`, database.url), fail)
  mkdirSync(`${path}/two`)
  for (const file of ['market.key', 'admin.token', 'market.json']) {
    cpSync(`${path}/one/${file}`, `${path}/two/${file}`)
  }
  await using second = await startCore(optionsOf(`${path}/two`, database.url), fail)
  const { adminToken: token } = openMarket(`${path}/one`, 'postgres')
  const [one, two] = [first, second].map(({ url }) => createCoreClient(url, { token }))
  const made = await ask(one!.v1.enrolments.$post({ json: { kind: 'edge', name: 'hall' } }))
  equal(made.code.length, 14)
  deepEqual(await ask(one!.v1.market.$get()), await ask(two!.v1.market.$get()))
})

test('books of another market’s key are refused', async () => {
  using folder = openTestFolder()
  await using database = await createDatabase()
  const { path } = folder
  await (await startCore(optionsOf(`${path}/one`, database.url), fail))[Symbol.asyncDispose]()
  await rejects(startCore(optionsOf(`${path}/two`, database.url), fail), (error) => {
    equal(error instanceof Problem ? error.code : error, 'market_key_differs')
    return true
  })
})

test('commands work on PostgreSQL without a server, and want to be told where it is', async () => {
  using folder = openTestFolder()
  await using database = await createDatabase()
  const { csv } = writeSmallShow(folder.path)
  const data = ['--data', `${folder.path}/market`]
  const there = ['--database', database.url]
  equal((await typeCommand(['import', csv, ...data, ...there])).exitCode, 0)
  match((await typeCommand(['stock', ...data, ...there])).out, /mug:blue +Night Mug – Blue/)
  const lost = await typeCommand(['stock', ...data])
  equal(lost.exitCode, 1)
  match(lost.error, /books of the market in .* are in PostgreSQL[^]*--database URL/)
  const away = await typeCommand(['stock', ...data, '--database', 'postgres://127.0.0.1:9/x'])
  equal(away.exitCode, 1)
  match(away.error, /127\.0\.0\.1:9\/x[^]*→ Check that the database runs/)
})

function optionsOf(folder: string, databaseUrl: string) {
  return {
    folder,
    databaseUrl,
    currency: null,
    port: 0,
    hostname: '127.0.0.1',
    processor: { secretKey: 'sk_test_none', webhookSecret: 'whsec_none', baseUrl: null },
    logging: { isJson: false },
  }
}

function fail(error: unknown): void {
  throw error
}

/** A new database beside the one that `npm test` started. */
async function createDatabase() {
  const server = process.env['NIGHTMARKET_TEST_POSTGRES_URL']
  if (server === undefined) throw new Error('run `npm test`: it starts the PostgreSQL for this')
  const name = `app_${crypto.randomUUID().replaceAll('-', '')}`
  const run = async (statement: string) => {
    await using books = new BooksDatabase({ url: server })
    await books.pool?.query(statement)
  }
  await run(`create database ${name}`)
  const url = new URL(server)
  url.pathname = name
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => run(`drop database ${name} with (force)`),
  }
}
