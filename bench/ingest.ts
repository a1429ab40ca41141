import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'

import { openIngestHost } from '../packages/media/src/ingest/ingest-host.ts'
import { WAN_PROFILE } from '../packages/media/src/live/packager.ts'
import { openMediaFolder } from '../packages/media/src/testing/fragmented-video.ts'
import { encodeTo, openPicture, writeTestKeys } from '../packages/media/src/testing/open-picture.ts'

/**
 * What one stream of 720p at 2.5 Mbps costs the thread that sells: its event loop's delay while
 * nothing comes, while the stream is read and cut on it, and while that has a thread of its own.
 */
const SECONDS = 8

const idle = await watchLoop(() => delay(SECONDS * 1_000))
const same = await besideSelling()
const own = await onItsOwnThread()
const row = (name: string, figure: typeof idle) =>
  `${name.padEnd(22)}${figure.meanMs.toFixed(2)} ms mean  ${figure.p99Ms.toFixed(2)} ms p99  ` +
  `${(figure.meanMs / idle.meanMs).toFixed(2)} of idle`
const rows = [
  row('nothing comes', idle),
  row('cut on this thread', same),
  row('cut on its own', own),
]
process.stdout.write(`${rows.join('\n')}\n`)

async function besideSelling() {
  using folder = openMediaFolder()
  const place = { rtmpPort: 0, srtPort: null, hostname: '127.0.0.1', iceServers: [] }
  const keysFile = writeTestKeys(folder.path)
  const renditions = [{ name: 'wan', profile: WAN_PROFILE }]
  const settings = { ...place, keysFile, slateFolder: folder.path, renditions }
  await using host = await openIngestHost(settings, () => undefined)
  return await watchLoop(() => send(host.ports.rtmp))
}

async function onItsOwnThread() {
  await using picture = await openPicture()
  return await watchLoop(() => send(picture.live.ports.rtmp))
}

async function watchLoop(work: () => Promise<unknown>) {
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  await work()
  loop.disable()
  return { meanMs: loop.mean / 1e6, p99Ms: loop.percentile(99) / 1e6 }
}

function send(port: number) {
  const steady = ['-vf', 'realtime,scale=1280:720', '-af', 'arealtime', '-b:v', '2500k']
  const end = ['-f', 'flv', `rtmp://127.0.0.1:${port}/live/the-key`]
  return encodeTo(end, [...steady, '-minrate', '2500k', '-t', String(SECONDS)])
}
