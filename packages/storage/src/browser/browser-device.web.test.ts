import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'

import {
  createProfile,
  openChromium,
  serveModule,
  type LabBrowser,
  type ServedModule,
} from '../../../../scripts/browser-lab.ts'
import type * as lab from './testing/lab-page.ts'
import { journalStoreContract } from '../contract/journal-store.ts'

type Lab = typeof lab
type Opened = Awaited<ReturnType<Lab['open']>>

let served: ServedModule
let browser: LabBrowser
const profile = createProfile()

before(async () => {
  served = await serveModule(join(import.meta.dirname, 'testing/lab-page.ts'))
  browser = await openChromium(profile)
})

after(async () => {
  await browser[Symbol.asyncDispose]()
  await served[Symbol.asyncDispose]()
  profile[Symbol.dispose]()
})

/** A tab of the lab's origin. */
async function openTab(of: LabBrowser = browser): Promise<Page> {
  const page = await of.context.newPage()
  await page.goto(served.url)
  return page
}

/** Call one of the page's functions in the tab. */
async function call<Name extends keyof Lab>(
  page: Page,
  name: Name,
  ...parameters: Parameters<Lab[Name]>
): Promise<Awaited<ReturnType<Lab[Name]>>> {
  const answer: unknown = await page.evaluate(
    async ([address, called, given]) => {
      const module = (await import(address)) as Record<string, (...each: unknown[]) => unknown>
      return module[called]?.(...given)
    },
    [`${served.url}module.js`, name, parameters] as const,
  )
  return answer as Awaited<ReturnType<Lab[Name]>>
}

function conditionOf(opened: Opened): string {
  return 'fault' in opened ? opened.fault : opened.condition
}

for (const [index, { rule, name }] of journalStoreContract.entries()) {
  test(`[${rule}] in a browser, ${name}`, async () => {
    const page = await openTab()
    await call(page, 'runCase', index)
    await page.close()
  })
}

test('[BD1] a second tab is told `locked`, reads along, and takes over later', async () => {
  const selling = await openTab()
  const watching = await openTab()
  equal(conditionOf(await call(selling, 'open', 'tabs')), 'fresh')
  await call(selling, 'append', 10)
  const refused = await call(watching, 'open', 'tabs')
  equal(conditionOf(refused), 'locked')
  match('message' in refused ? refused.message : '', /tabs is open in another tab/)
  const seen = call(watching, 'watch', 'tabs')
  await watching.waitForFunction(() => document.title === 'watching from 1')
  await call(selling, 'append', 10)
  deepEqual(await seen, { head: 2 })
  const taken = call(watching, 'takeOver', 'tabs')
  await watching.waitForFunction(() => document.title === 'waiting')
  await selling.close()
  const over = await taken
  deepEqual('head' in over && [over.condition, over.head], ['whole', 2])
  await watching.close()
})

test('[BD2] the key is the same after closing, signs, and cannot be read out', async () => {
  const page = await openTab()
  const first = await call(page, 'open', 'key')
  deepEqual(await call(page, 'tryKey', 'a note'), { isValid: true })
  await call(page, 'close')
  equal(await call(page, 'canExportKey', 'key'), false)
  const second = await call(page, 'open', 'key')
  ok('publicKey' in first && 'publicKey' in second)
  equal(second.publicKey, first.publicKey)
  await page.close()
})

test('[BD3] lost storage begins a new life, with another key and no enrolment', async () => {
  const page = await openTab()
  const first = await call(page, 'open', 'lost')
  await call(page, 'enrol', { nodeId: 'till-1' })
  await call(page, 'append', 10)
  await call(page, 'close')
  await call(page, 'loseDatabase', 'lost')
  const second = await call(page, 'open', 'lost')
  ok('publicKey' in first && 'publicKey' in second)
  deepEqual([second.condition, second.enrolment, second.head], ['lost', null, 0])
  notEqual(second.publicKey, first.publicKey)
  await call(page, 'close')
  equal(conditionOf(await call(page, 'open', 'lost')), 'whole')
  await page.close()
})

test('[BD4] a journal that is shorter than it was is never gone on with', async () => {
  const page = await openTab()
  await call(page, 'open', 'older')
  for (let entry = 1; entry <= 3; entry++) await call(page, 'append', 10)
  await call(page, 'close')
  await call(page, 'forgetEntries', 'older', 3)
  const second = await call(page, 'open', 'older')
  ok('head' in second)
  deepEqual([second.condition, second.enrolment, second.head], ['rolled_back', null, 0])
  await page.close()
})

test('[BD5] an enrolment is kept, and a life that was ended begins anew and empty', async () => {
  const page = await openTab()
  const first = await call(page, 'open', 'lives')
  await call(page, 'enrol', { nodeId: 'till-1', epoch: 1 })
  await call(page, 'append', 10)
  await call(page, 'close')
  const again = await call(page, 'open', 'lives')
  deepEqual('enrolment' in again && again.enrolment, { nodeId: 'till-1', epoch: 1 })
  const next = await call(page, 'beginAnew')
  ok('publicKey' in first)
  notEqual(next.publicKey, first.publicKey)
  equal(next.head, 0)
  equal(await call(page, 'append', 10), 1)
  await call(page, 'close')
  const last = await call(page, 'open', 'lives')
  ok('publicKey' in last)
  deepEqual([last.publicKey, last.head, last.condition], [next.publicKey, 1, 'whole'])
  await page.close()
})

test('[JS6] without room, an append is `disk_full` and has written nothing', async () => {
  using own = createProfile()
  await using full = await openChromium(own)
  const page = await openTab(full)
  const devtools = await full.context.newCDPSession(page)
  const { origin } = new URL(served.url)
  // Before the first write: Chromium remembers for a while how much room there was.
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 2_000_000 })
  await call(page, 'open', 'full')
  equal(await call(page, 'append', 100), 1)
  let last: number | string = 1
  while (typeof last === 'number' && last < 300) last = await call(page, 'append', 100_000)
  equal(last, 'disk_full')
  const { head, isWhole } = await call(page, 'audit')
  ok(isWhole && head > 1)
  await devtools.send('Storage.overrideQuotaForOrigin', { origin })
  equal(await call(page, 'append', 100_000), head + 1)
})

test('[BD7] a note is there after `kill -9`, and in the next life', async () => {
  using own = createProfile()
  {
    await using victim = await openChromium(own)
    const page = await openTab(victim)
    await call(page, 'open', 'notes')
    equal(await call(page, 'note', 'people'), null)
    await call(page, 'keepNote', 'people', ['Ada'])
    await victim.kill()
  }
  await using again = await openChromium(own)
  const page = await openTab(again)
  await call(page, 'open', 'notes')
  deepEqual(await call(page, 'note', 'people'), ['Ada'])
  await call(page, 'beginAnew')
  deepEqual(await call(page, 'note', 'people'), ['Ada'])
})

test('[BD6] what was acknowledged is there after `kill -9` of the browser', async () => {
  using own = createProfile()
  let acknowledged = 0
  for (let round = 1; round <= 3; round++) {
    await using victim = await openChromium(own)
    const page = await openTab(victim)
    const opened = await call(page, 'open', 'killed')
    equal(conditionOf(opened), round === 1 ? 'fresh' : 'whole')
    const { head, isWhole } = await call(page, 'audit')
    ok(isWhole && head >= acknowledged, `${head} of ${acknowledged} acknowledged`)
    const enough = Promise.withResolvers<void>()
    await page.exposeFunction('say', (sequence: number) => {
      acknowledged = sequence
      if (sequence >= head + 40) enough.resolve()
    })
    page
      .evaluate(async (address) => {
        const module = (await import(address)) as Lab
        const { say } = globalThis as unknown as { say: (sequence: number) => Promise<void> }
        await module.appendForever(say)
      }, `${served.url}module.js`)
      .catch(() => undefined)
    await enough.promise
    await victim.kill()
  }
})
