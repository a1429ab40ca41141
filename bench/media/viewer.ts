import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { chromium, type Page } from 'playwright-core'

import { CHROMIUM_ARGUMENTS, findChromium } from '../../scripts/chromium.ts'
import { CLOCK_CELLS, clockAge, readClock } from './burnt-clock.ts'
import { watchFrames, type ShownFrame } from './frame-watch.ts'

/** What a viewer saw in a stretch of time. */
export interface Seen {
  /** From the camera to the screen, of each frame with a clock, sorted. */
  readonly glassMs: readonly number[]
  readonly frames: number
  /** The longest that one frame stood still, and the longest that no clock was seen. */
  readonly gapMs: number
  readonly clockGapMs: number
  readonly stalls: number
}

/** A real browser that looks at a show. */
export interface Viewer extends AsyncDisposable {
  readonly page: Page
  /** From the beginning of the page to its first frame. */
  firstFrameMs(): Promise<number>
  /** Look for so many seconds, beginning now. */
  look(seconds: number): Promise<Seen>
  /** The captions that came up, each when it first did. */
  captions(): Promise<readonly { readonly text: string; readonly atMs: number }[]>
  /** Look while something is done. */
  during(work: () => Promise<void>): Promise<Seen>
}

const PATIENCE_MS = 60_000

/** Open the show's page as a phone does. */
export async function openViewer(url: string): Promise<Viewer> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('no Chromium: set NIGHTMARKET_TEST_CHROMIUM')
  const folder = mkdtempSync(join(tmpdir(), 'nightmarket-viewer-'))
  const browser = await chromium.launch({
    executablePath,
    args: [...CHROMIUM_ARGUMENTS, '--autoplay-policy=no-user-gesture-required'],
    artifactsDir: folder,
  })
  const context = await browser.newContext({ viewport: { width: 640, height: 720 } })
  context.setDefaultTimeout(PATIENCE_MS)
  await context.addInitScript(watchFrames, CLOCK_CELLS)
  const page = await context.newPage()
  await page.goto(url, { waitUntil: 'domcontentloaded' })
  const during = async (work: () => Promise<void>) => {
    const { last: first } = await take(page)
    await work()
    return describe(await take(page), first)
  }
  return {
    page,
    during,
    look: (seconds) => during(() => delay(seconds * 1_000)),
    async captions() {
      const shown = await page.evaluate(() => globalThis.frameWatch.captions)
      const first = new Map(shown.toReversed().map(({ text, atMs }) => [text, atMs]))
      return [...first].map(([text, atMs]) => ({ text, atMs }))
    },
    async firstFrameMs() {
      await page.waitForFunction(() => globalThis.frameWatch.frames.length > 0)
      return page.evaluate(() => {
        const { frames, beganAtMs } = globalThis.frameWatch
        return (frames[0]?.atMs ?? Number.NaN) - beganAtMs
      })
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Take away what was seen since the last time. */
function take(page: Page) {
  return page.evaluate(() => {
    const { frameWatch } = globalThis
    const frames = frameWatch.frames.splice(0)
    const { stalls } = frameWatch
    frameWatch.stalls = 0
    return { frames, stalls, last: frames.at(-1) ?? null, nowMs: Date.now() }
  })
}

/** A picture that stands still at the beginning or at the end of the time stands still as well. */
function describe({ frames, stalls, nowMs }: Taken, first: ShownFrame | null): Seen {
  const clocks = frames.flatMap(({ atMs, cells }) => {
    const value = readClock(cells)
    return value === null ? [] : [{ atMs, glassMs: clockAge(atMs, value) }]
  })
  const glassMs = clocks.map((clock) => clock.glassMs).toSorted((a, b) => a - b)
  const ends = (inner: readonly Moment[]) => [...(first === null ? [] : [first]), ...inner, now]
  const now = { atMs: nowMs }
  const [gapMs, clockGapMs] = [longestGap(ends(frames)), longestGap(ends(clocks))]
  return { glassMs, frames: frames.length, gapMs, clockGapMs, stalls }
}

type Taken = Awaited<ReturnType<typeof take>>
type Moment = Pick<ShownFrame, 'atMs'>

function longestGap(moments: readonly Moment[]): number {
  const gaps = moments.slice(1).map(({ atMs }, at) => atMs - (moments[at]?.atMs ?? atMs))
  return Math.max(0, ...gaps)
}
