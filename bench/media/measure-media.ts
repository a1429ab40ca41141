import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import {
  openTestFolder,
  runForJson,
  startNightmarket,
} from '../../apps/nightmarket/src/testing/process.ts'
import { writeSmallShow } from '../../apps/nightmarket/src/testing/small-show.ts'
import { figureOf, medianOf, type Figure } from '../figure.ts'
import { openCamera, type Camera, type CameraOptions } from './camera.ts'
import { cpuShare } from './cpu-time.ts'
import { openLiveCrowd, openSegmentCrowd, type Crowd } from './crowd.ts'
import { measureMarks } from './measure-marks.ts'
import { measureSelling, SELLING_STOCK } from './measure-selling.ts'
import { openSlowLink } from './slow-link.ts'
import { serveRecording } from './recording-server.ts'
import { openViewer, type Seen, type Viewer } from './viewer.ts'

/** What is measured at. */
interface Studio extends AsyncDisposable {
  readonly pid: number
  readonly edgeUrl: string
  readonly streamFolder: string
  readonly token: string
  /** Say something of the frame that is made now; when that was. */
  say(text: string): Promise<number>
  /** Film with the show's key. */
  film(more?: Partial<CameraOptions>): Camera
}

/** The round trip that the far viewer has. */
const FAR_MS = 100

/** How many players the crowd has. */
const VIEWERS = 100

/** How many marks are made for each encoder. */
const MARKS = 5

/** How long the encoder is away. */
const AWAY_MS = 2_000

/** Measure all of it, one after the other. */
export async function measureMedia(
  seconds: number,
  tell: (line: string) => void,
): Promise<readonly Figure[]> {
  tell('a market with a show …')
  await using studio = await openStudio()
  tell(`the processor without a stream, ${seconds} s …`)
  const idle = await cpuShare(studio.pid, seconds)
  const camera = studio.film()
  await untilLive(studio)
  tell(`the processor with a stream, ${seconds} s …`)
  const streaming = await cpuShare(studio.pid, seconds)
  const figures = [
    percent('processor of one stream, 640×360 at 0.8 Mbps', streaming - idle),
    ...(await measureCrowds(studio, streaming, seconds, tell)),
    ...(await measureViewer('venue', studio.edgeUrl, 1_000, seconds, tell)),
  ]
  await using far = await openSlowLink(studio.edgeUrl, FAR_MS)
  const name = `WAN, ${FAR_MS} ms round trip`
  figures.push(...(await measureViewer(name, far.url, 1_600, seconds, tell)))
  figures.push(await measureCaptions(studio, tell))
  figures.push(...(await measureLoss(studio, camera, tell)))
  await camera.kill()
  figures.push(...(await measureMarks(studio, MARKS, tell)))
  return figures
}

/** Measure only how soon the clips of marks are there. */
export async function measureClipsOnly(tell: (line: string) => void): Promise<readonly Figure[]> {
  tell('a market with a show …')
  await using studio = await openStudio()
  return await measureMarks(studio, MARKS, tell)
}

/** Measure only what a live picture costs who buys. */
export async function measureSellingOnly(
  seconds: number,
  tell: (line: string) => void,
): Promise<readonly Figure[]> {
  tell('a market with a show …')
  await using studio = await openStudio()
  const shop = { ...studio, untilLive: () => untilLive(studio) }
  return await measureSelling(shop, seconds, tell)
}

async function openStudio(): Promise<Studio> {
  await using opened = new AsyncDisposableStack()
  const { path } = opened.use(openTestFolder())
  const folder = join(path, 'market')
  const data = ['--data', folder]
  const up = opened.use(
    await startNightmarket(['up', ...data, '--port', '0', '--rtmp-port', '0']),
  )
  const ask = <Answer>(...words: readonly string[]) => runForJson<Answer>([...words, ...data])
  const files = writeSmallShow(path, SELLING_STOCK)
  await ask('import', files.csv)
  await ask('show', 'apply', files.show)
  const { server, key } = await ask<{ server: string; key: string }>('show', 'key')
  const cameras = new Set<Camera>()
  opened.defer(async () => {
    for (const camera of cameras) await camera.kill()
  })
  const edgeUrl = up.addresses['edge'] ?? ''
  const token = readFileSync(join(folder, 'admin.token'), 'utf8').trim()
  const parts = opened.move()
  return {
    pid: up.pid,
    edgeUrl,
    streamFolder: join(folder, 'edges', 'main', 'media', 'stream'),
    token,
    async say(text) {
      const startMs = Date.now()
      const cues = [{ startMs, endMs: startMs + 900, text }]
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const body = JSON.stringify({ clock: 'edge', cues })
      await fetch(`${edgeUrl}/v1/captions/en`, { method: 'POST', headers, body })
      return startMs
    },
    film(more = {}) {
      const camera = openCamera({ address: `${server}/${key}`, ...more })
      cameras.add(camera)
      return camera
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}

async function untilLive({ edgeUrl }: Studio): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${edgeUrl}/media/live/index.m3u8`)).text()
    if ((text.match(/^#EXTINF/gm)?.length ?? 0) > 3) return
    await delay(200)
  }
}

async function measureViewer(
  name: string,
  url: string,
  aimMs: number,
  seconds: number,
  tell: (line: string) => void,
): Promise<readonly Figure[]> {
  tell(`${name}: a browser opens the show …`)
  await using viewer = await openViewer(`${url}/`)
  const firstFrameMs = await viewer.firstFrameMs()
  await delay(6_000)
  tell(`${name}: looking for ${seconds} s …`)
  const seen = await viewer.look(seconds)
  const target = Number(await viewer.page.locator('video').getAttribute('data-target')) * 1_000
  const at = (share: number) => seen.glassMs[Math.floor(seen.glassMs.length * share)] ?? NaN
  const more = { p95Ms: at(0.95), frames: seen.frames, stalls: seen.stalls, gapMs: seen.gapMs }
  return [
    figureOf({
      ...alone,
      name: `camera to screen, ${name}`,
      unit: 'ms',
      values: [at(0.5)],
      aim: `median ≤ ${aimMs} ms, no stall`,
      more: { ...more, targetMs: target },
    }),
    ms(`page to first frame, ${name}`, firstFrameMs, null),
  ]
}

/** How many cues are sent. */
const CUES = 10

/** A cue is given when its frame is made; the frame is on the screen when the glass has it. */
async function measureCaptions(studio: Studio, tell: (line: string) => void): Promise<Figure> {
  await using viewer = await openViewer(`${studio.edgeUrl}/`)
  await viewer.firstFrameMs()
  await delay(3_000)
  tell(`${CUES} captions …`)
  const sentAtMs = new Map<string, number>()
  const seen = await viewer.during(async () => {
    for (let count = 1; count <= CUES; count++) {
      sentAtMs.set(`cue ${count}`, await studio.say(`cue ${count}`))
      await delay(1_000)
    }
    await delay(3_000)
  })
  const glassMs = medianOf(seen.glassMs)
  const shown = await viewer.captions()
  const late = shown.flatMap(({ text, atMs }) => {
    const startMs = sentAtMs.get(text)
    return startMs === undefined ? [] : [atMs - startMs - glassMs]
  })
  return figureOf({
    ...alone,
    name: 'a caption given with its frame, shown after that frame',
    unit: 'ms',
    values: late,
    aim: null,
    more: { shown: late.length, of: CUES, glassMs },
  })
}

async function measureLoss(
  studio: Studio,
  camera: Camera,
  tell: (line: string) => void,
): Promise<readonly Figure[]> {
  await using viewer = await openViewer(`${studio.edgeUrl}/`)
  await viewer.firstFrameMs()
  await delay(5_000)
  tell('the encoder is killed, and comes back …')
  const lost = await viewer.during(async () => {
    await camera.kill()
    await delay(AWAY_MS)
    studio.film()
    await settle(viewer)
  })
  tell('the encoder changes to a smaller picture …')
  const changed = await viewer.during(async () => {
    studio.film({ width: 320, height: 180 })
    await settle(viewer)
  })
  const figure = (name: string, { gapMs, clockGapMs, stalls }: Seen) =>
    figureOf({
      ...alone,
      name,
      unit: 'ms',
      values: [gapMs],
      aim: '≤ 250 ms with a slate',
      more: { withoutFreshPictureMs: clockGapMs, stalls },
    })
  return [
    figure(`longest still frame, encoder away for ${AWAY_MS / 1_000} s`, lost),
    figure('longest still frame, encoder takes over with a smaller picture', changed),
  ]
}

/** Long enough for the new picture to be on the screen, and some of it. */
async function settle(viewer: Viewer): Promise<void> {
  await viewer.page.waitForTimeout(8_000)
}

async function measureCrowds(
  studio: Studio,
  without: number,
  seconds: number,
  tell: (line: string) => void,
): Promise<readonly Figure[]> {
  tell(`${VIEWERS} players at the edge, ${seconds} s …`)
  const live = `${studio.edgeUrl}/media/live/index.m3u8`
  const edge = await underCrowd(openLiveCrowd(live, VIEWERS), studio.pid, seconds)
  tell(`${VIEWERS} players at nginx with the same segments, ${seconds} s …`)
  await using files = await serveRecording(studio.streamFolder)
  const bare = await underCrowd(openSegmentCrowd(files.url, VIEWERS, 1_000), files.pid, seconds)
  return [
    figureOf({
      name: `processor of ${VIEWERS} viewers in low latency`,
      unit: '% of a core',
      values: [edge.share - without],
      bare: 'nginx, the same closed segments as files',
      bareValues: [bare.share],
      aim: null,
      more: {
        megabitsPerSecond: edge.megabits / seconds,
        requestsPerSecond: edge.requests / seconds,
        failures: edge.failures,
        bareMegabitsPerSecond: bare.megabits / seconds,
      },
    }),
  ]
}

async function underCrowd(crowd: Crowd, pid: number, seconds: number) {
  await using watching = crowd
  await delay(2_000)
  const before = { ...watching.report }
  const share = await cpuShare(pid, seconds)
  const { requests, bytes, failures } = watching.report
  return {
    share,
    requests: requests - before.requests,
    megabits: ((bytes - before.bytes) * 8) / 1e6,
    failures,
  }
}

const alone = { bare: null, bareValues: [] } as const

function ms(name: string, value: number, aim: string | null): Figure {
  return figureOf({ ...alone, name, unit: 'ms', values: [value], aim })
}

function percent(name: string, value: number): Figure {
  return figureOf({ ...alone, name, unit: '% of a core', values: [value], aim: null })
}
