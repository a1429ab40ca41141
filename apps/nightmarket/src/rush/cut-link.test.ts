import { deepEqual, equal, rejects } from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'

import { CutLink } from './cut-link.ts'

async function openEcho() {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end(request.url)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = () => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { url, asked, [Symbol.asyncDispose]: close }
}

const textOf = async (address: string) => (await fetch(address)).text()

test('[RU2] a cut link lets nothing through, refuses nothing, and goes on later', async () => {
  await using echo = await openEcho()
  await using link = await CutLink.open(echo.url)
  equal(await textOf(`${link.url}/before`), '/before')
  link.cut()
  const kept = textOf(`${link.url}/kept`)
  const waited = await Promise.race([kept, delay(80, 'silence')])
  equal(waited, 'silence')
  deepEqual(echo.asked, ['/before'])
  link.restore()
  equal(await kept, '/kept')
  deepEqual(echo.asked, ['/before', '/kept'])
})

test('[RU2] a link whose far side is gone says so', async () => {
  const echo = await openEcho()
  await using link = await CutLink.open(echo.url)
  equal(await textOf(`${link.url}/once`), '/once')
  await echo[Symbol.asyncDispose]()
  await rejects(textOf(`${link.url}/gone`))
})
