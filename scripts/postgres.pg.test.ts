import { equal, rejects } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createConnection } from 'node:net'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { Client } from 'pg'
import { startPostgres } from './postgres.ts'

test('a server makes databases, and is gone with its folder once disposed', async () => {
  let folder: string
  let url: string
  {
    await using server = await startPostgres({ durable: false })
    folder = server.folder
    url = await server.createDatabase('books')
    equal(await answerOf(url, 'select current_database() as answer'), 'books')
    await rejects(server.createDatabase('books'), /already exists/)
  }
  equal(existsSync(folder), false)
  await rejects(answerOf(url, 'select 1 as answer'), /ECONNREFUSED/)
})

test('a server keeps fsync unless told otherwise', async () => {
  await using server = await startPostgres()
  equal(await answerOf(server.url, "select current_setting('fsync') as answer"), 'on')
})

test('a server does not outlive a process that is killed with SIGKILL', async () => {
  const program = `
    const { startPostgres } = await import(${JSON.stringify(import.meta.resolve('./postgres.ts'))})
    const { url, folder } = await startPostgres({ durable: false })
    console.log(JSON.stringify({ url, folder }))`
  using owner = spawn(process.execPath, ['--input-type=module', '-e', program])
  const { url, folder } = JSON.parse(await firstLineOf(owner))
  const connection = createConnection(Number(new URL(url).port), '127.0.0.1')
  await once(connection, 'connect')
  owner.kill('SIGKILL')
  await once(connection.resume(), 'close')
  const deadline = AbortSignal.timeout(20_000)
  while (existsSync(folder)) {
    deadline.throwIfAborted()
    await new Promise(setImmediate)
  }
})

async function answerOf(url: string, statement: string): Promise<unknown> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rows[0].answer
  } finally {
    await client.end()
  }
}

async function firstLineOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('the process has no output to read')
  const [line] = await once(createInterface(stdout), 'line')
  return line
}
