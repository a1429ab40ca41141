import { Agent, get } from 'node:http'

/** What a crowd got. */
export interface CrowdReport {
  readonly requests: number
  readonly bytes: number
  readonly failures: number
}

/** Many players without a screen: each asks for what comes next, and takes it. */
export interface Crowd extends AsyncDisposable {
  readonly report: CrowdReport
}

interface Counted {
  requests: number
  bytes: number
  failures: number
}

/** How one viewer watches: asks over and over until it is told to stop. */
type Watch = (ask: (path: string) => Promise<string>, signal: AbortSignal) => Promise<void>

/** Viewers of a low-latency playlist: a waiting question for each part, then the part. */
export function openLiveCrowd(playlistUrl: string, viewers: number): Crowd {
  return openCrowd(playlistUrl, viewers, async (ask, signal) => {
    const name = new URL(playlistUrl).pathname.split('/').at(-1) ?? ''
    let [next, known] = ['', '']
    while (!signal.aborted) {
      const text = await ask(name + next)
      next = nextQuestion(text)
      const newest = text.match(/#EXT-X-PART:.*URI="([^"]+)"/g)?.at(-1) ?? ''
      const part = /URI="([^"]+)"/.exec(newest)?.[1] ?? ''
      if (part !== '' && part !== known) await ask(part)
      known = part
    }
  })
}

/** How many of the newest segments are asked for: the oldest are of the slate, which is small. */
const SEGMENTS = 10

/** Viewers of closed segments: a playlist and a segment each time one is due. */
export function openSegmentCrowd(playlistUrl: string, viewers: number, everyMs: number): Crowd {
  return openCrowd(playlistUrl, viewers, async (ask, signal) => {
    const name = new URL(playlistUrl).pathname.split('/').at(-1) ?? ''
    await pause(Math.random() * everyMs, signal)
    for (let at = 0; !signal.aborted; at++) {
      const dueMs = performance.now() + everyMs
      const names = (await ask(name)).match(/^[^#\n]+\.m4s$/gm)?.slice(-SEGMENTS) ?? []
      const segment = names[at % Math.max(1, names.length)]
      if (segment !== undefined) await ask(segment)
      await pause(dueMs - performance.now(), signal)
    }
  })
}

function openCrowd(playlistUrl: string, viewers: number, watch: Watch): Crowd {
  const agent = new Agent({ keepAlive: true, maxSockets: viewers * 2 })
  const counted: Counted = { requests: 0, bytes: 0, failures: 0 }
  const leaving = new AbortController()
  const ask = (path: string) => {
    return fetchText(new URL(path, playlistUrl), { agent, counted, signal: leaving.signal })
  }
  const watching = Array.from({ length: viewers }, async () => {
    while (!leaving.signal.aborted) {
      try {
        await watch(ask, leaving.signal)
      } catch {
        if (leaving.signal.aborted) return
        counted.failures++
        await pause(500, leaving.signal)
      }
    }
  })
  return {
    report: counted,
    async [Symbol.asyncDispose]() {
      leaving.abort()
      await Promise.all(watching)
      agent.destroy()
    },
  }
}

/** `_HLS_msn` and `_HLS_part` of what the playlist has not yet. */
function nextQuestion(text: string): string {
  const first = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1] ?? 0)
  const segments = text.match(/^#EXTINF/gm)?.length ?? 0
  const open = text.slice(text.lastIndexOf('#EXTINF'))
  const parts = open.match(/^#EXT-X-PART:/gm)?.length ?? 0
  return `?_HLS_msn=${first + segments}&_HLS_part=${parts}`
}

function fetchText(
  url: URL,
  by: { readonly agent: Agent; readonly counted: Counted; readonly signal: AbortSignal },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: by.agent, signal: by.signal }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const body = Buffer.concat(chunks)
        by.counted.requests++
        by.counted.bytes += body.length
        if (response.statusCode === 200) resolve(body.toString('latin1'))
        else reject(new Error(`${url.pathname}: ${response.statusCode}`))
      })
    })
    request.on('error', reject)
  })
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(0, ms))
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    }, { once: true })
  })
}
