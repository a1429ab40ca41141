import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { chromium, type Page } from 'playwright-core'

import {
  openTestFolder,
  runForJson,
  startNightmarket,
} from '../../../apps/nightmarket/src/testing/process.ts'
import {
  writeSmallShow,
  type SmallStock,
} from '../../../apps/nightmarket/src/testing/small-show.ts'
import { until } from '../../../apps/nightmarket/src/testing/buy.ts'
import { CHROMIUM_ARGUMENTS, findChromium } from '../../../scripts/chromium.ts'

/** How long a page may take for what a journey waits for; the machine is shared. */
const PATIENCE_MS = 60_000

/** A camera and a microphone that everybody is allowed to use. */
const FAKE_CAMERA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']

/** A running encoder and packager. */
export interface Publisher extends AsyncDisposable {
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** A market of real processes with a show that is on. */
export async function openMediaMarket(stock?: SmallStock) {
  await using opened = new AsyncDisposableStack()
  const { path } = opened.use(openTestFolder())
  const folder = join(path, 'market')
  const up = opened.use(await startNightmarket(['up', '--data', folder, '--port', '0']))
  const ask = <Answer>(...words: readonly string[]) =>
    runForJson<Answer>([...words, '--data', folder])
  const files = writeSmallShow(path, stock)
  await ask('import', files.csv)
  await ask('show', 'apply', files.show)
  const edgeUrl = up.addresses['edge'] ?? ''
  const drop = async () => {
    const response = await fetch(`${edgeUrl}/v1/drops/mugs`)
    const seen = (await response.json()) as { listings?: { unitsHere: number }[] }
    return seen.listings?.[0]?.unitsHere ?? 0
  }
  await until(drop, (units) => units > 0, PATIENCE_MS)
  const stream = join(folder, 'edges', 'main', 'media', 'stream')
  const parts = opened.move()
  return {
    edgeUrl,
    coreUrl: up.addresses['core'] ?? '',
    folder,
    pid: up.pid,
    /** All that its process said. */
    log: () => up.said.out + up.said.error,
    ask,
    /** Stream a test picture with a tone, as an encoder at the venue does. */
    publish: () => publish(stream),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}

async function publish(folder: string): Promise<Publisher> {
  mkdirSync(folder, { recursive: true })
  const picture = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25']
  const sound = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=330:sample_rate=48000']
  const speed = ['-preset', 'ultrafast', '-tune', 'zerolatency', '-threads', '1']
  const video = ['-c:v', 'libx264', ...speed, '-g', '25', '-pix_fmt', 'yuv420p', '-b:v', '600k']
  const audio = ['-c:a', 'aac', '-b:a', '64k']
  const hls = ['-f', 'hls', '-hls_time', '1', '-hls_list_size', '0', '-hls_segment_type', 'fmp4']
  const flags = ['-hls_flags', 'program_date_time+append_list+independent_segments+omit_endlist']
  const init = ['-hls_fmp4_init_filename', `init-${Date.now()}.mp4`]
  const name = ['-hls_segment_filename', `s${Date.now()}-%05d.m4s`, 'index.m3u8']
  const words = [...picture, ...sound, ...video, ...audio, ...hls, ...flags, ...init, ...name]
  const child = spawn('ffmpeg', ['-v', 'error', '-nostdin', ...words], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const closed = once(child, 'close')
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (isRunning(child)) child.kill(signal)
    await closed
  }
  return { stop, [Symbol.asyncDispose]: () => stop('SIGKILL') }
}

/** An encoder that sends a moving picture and a tone over RTMP. */
export function encode(
  address: string,
  more: readonly string[] = [],
  /** As fast as it goes, in a small picture. */
  { isHasty = false }: { readonly isHasty?: boolean } = {},
) {
  const [pace, size] = isHasty ? [[], '160x90'] : [['-re'], '640x360']
  const picture = [...pace, '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=30`]
  const sound = [...pace, '-f', 'lavfi', '-i', 'sine=frequency=330:sample_rate=48000']
  const speed = ['-preset', 'ultrafast', '-tune', 'zerolatency', '-threads', '1']
  const video = ['-c:v', 'libx264', ...speed, '-g', '30', '-pix_fmt', 'yuv420p', '-b:v', '600k']
  const audio = ['-c:a', 'aac', '-b:a', '64k']
  const words = [...picture, ...sound, ...video, ...audio, ...more, '-f', 'flv', address]
  const child = spawn('ffmpeg', ['-v', 'error', '-nostdin', ...words], { stdio: 'ignore' })
  const closed = once(child, 'close')
  const stop = async () => {
    child.kill('SIGKILL')
    await closed
  }
  return { closed, stop, [Symbol.asyncDispose]: stop }
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}

/** Another edge of a market. */
export function startHall(folder: string, port: string, joining: readonly string[] = []) {
  const place = ['--name', 'hall', '--data', folder, '--port', port, '--rtmp-port', '0']
  return startNightmarket(['edge', ...place, ...joining])
}

/** A browser that is closed after its test, and what its pages complained about. */
export async function openMediaBrowser() {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('no Chromium: set NIGHTMARKET_TEST_CHROMIUM')
  const folder = mkdtempSync(join(tmpdir(), 'nightmarket-media-browser-'))
  const browser = await chromium.launch({
    executablePath,
    args: [...CHROMIUM_ARGUMENTS, '--autoplay-policy=no-user-gesture-required', ...FAKE_CAMERA],
    artifactsDir: folder,
  })
  return {
    async visit(url: string, viewport = { width: 390, height: 844 }) {
      const context = await browser.newContext({ viewport, locale: 'en-GB', deviceScaleFactor: 2 })
      context.setDefaultTimeout(PATIENCE_MS)
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        if (/Content Security Policy/i.test(message.text())) complaints.push(message.text())
      })
      await page.goto(url, { waitUntil: 'domcontentloaded' })
      return Object.assign(page, { complaints })
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A browser whose pages are looked at. */
export type MediaBrowser = Awaited<ReturnType<typeof openMediaBrowser>>

/** A page with what it complained about. */
export type MediaPage = Awaited<ReturnType<MediaBrowser['visit']>>

/** Wait until the player says that it is in a state. */
export async function awaitState(page: Page, state: string): Promise<void> {
  await page.locator(`[data-player][data-state="${state}"]`).waitFor()
}

/** Wait until the picture has gone on by so many seconds. */
export async function awaitPicture(page: Page, seconds = 1): Promise<void> {
  await page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        const video = document.querySelector('video')
        const from = video?.currentTime ?? 0
        const look = () => {
          if (Math.abs((video?.currentTime ?? 0) - from) >= wanted) resolve()
          else setTimeout(look, 50)
        }
        look()
      }),
    seconds,
  )
}
