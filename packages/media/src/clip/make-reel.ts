import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rename, stat } from 'node:fs/promises'
import { join } from 'node:path'

import type { Clip } from './clip.ts'
import type { ClipCutter, CutFile } from './clip-cutter.ts'
import type { ClipShelf } from './clip-shelf.ts'
import { reelWords } from './reel-words.ts'
import { runFfmpeg } from '../ffmpeg/run-ffmpeg.ts'

/** How far a reel is. */
export interface ReelProgress {
  readonly reelId: string
  readonly state: 'queued' | 'copying' | 'encoding' | 'done' | 'failed'
  /** From 0 to 1. */
  readonly share: number
  /** The reel's own clip, once it is done. */
  readonly clipId: string | null
  readonly reason: string | null
}

/** Why a reel is not begun. */
export type ReelRejection = { readonly code: 'clip_unknown'; readonly clipId: string }

/** What a reel is made with. */
export interface ReelDeps {
  readonly reelId: string
  readonly shelf: ClipShelf
  readonly cutter: ClipCutter
  readonly nowMs: () => number
  readonly tell: (progress: ReelProgress) => void
  readonly poster: (clip: Clip) => Promise<void>
}

/** How long an encoder may take for each second of film: it runs at the lowest priority. */
const ENCODE_SECONDS_PER_SECOND = 60

/** Put clips behind each other; says how far it is, and never throws: it runs behind a queue. */
export async function makeReel(
  clips: readonly Clip[],
  title: string,
  deps: ReelDeps,
): Promise<void> {
  const { reelId, tell } = deps
  const at = (state: ReelProgress['state'], share: number, reason: string | null = null) =>
    tell({ reelId, state, share, clipId: null, reason })
  try {
    at('copying', 0)
    const begunMs = deps.nowMs()
    const film = (await copy(clips, deps)) ?? (await encode(clips, deps, (s) => at('encoding', s)))
    if (typeof film === 'string') return at('failed', 0, film)
    const reel = reelClip(clips, title, film, deps, begunMs)
    const captions = await reelWords(clips, deps.shelf)
    const kept = await deps.shelf.keep({ ...reel, captions })
    if (!kept.ok) return at('failed', 0, kept.error.code)
    tell({ reelId, state: 'done', share: 1, clipId: reelId, reason: null })
    await deps.poster(kept.value)
  } catch (error) {
    at('failed', 0, String(error))
  }
}

function reelClip(
  clips: readonly Clip[],
  title: string,
  film: CutFile,
  { reelId, nowMs }: ReelDeps,
  begunMs: number,
): Clip {
  const { startSeconds: _, durationSeconds, ...file } = film
  const products = new Map<string, Clip['products'][number]>()
  for (const product of clips.flatMap((clip) => clip.products)) {
    const key = JSON.stringify([product.dropId, product.variantId])
    const before = products.get(key)?.quantity ?? 0
    products.set(key, { ...product, quantity: before + product.quantity })
  }
  return {
    clipId: reelId,
    title,
    origin: 'reel',
    showId: clips[0]?.showId ?? null,
    startAtMs: clips[0]?.startAtMs ?? 0,
    durationMs: Math.round(durationSeconds * 1_000),
    file: { ...file, codecs: [...file.codecs] },
    posterHash: null,
    captions: [],
    products: [...products.values()].sort((a, b) => b.quantity - a.quantity).slice(0, 50),
    orderId: null,
    parts: clips.map(({ clipId }) => clipId),
    createdAtMs: nowMs(),
    publishedAtMs: null,
    readyInMs: Math.max(0, nowMs() - begunMs),
  }
}

/** `null` when the clips differ in their parameters. */
async function copy(
  clips: readonly Clip[],
  { cutter, shelf }: ReelDeps,
): Promise<CutFile | string | null> {
  const pieces = clips.map(({ file, durationMs }) => ({
    paths: [join(shelf.folder, `${file.hash}.mp4`)],
    fromSeconds: 0,
    toSeconds: durationMs / 1_000 + 1,
  }))
  const cut = await cutter.cut(pieces)
  if (cut.ok) return cut.value
  return cut.error.code === 'parameters_differ' ? null : cut.error.code
}

async function encode(
  clips: readonly Clip[],
  deps: ReelDeps,
  tell: (share: number) => void,
): Promise<CutFile | string> {
  const [first] = clips
  if (first === undefined) return 'a reel needs a clip'
  const { width, height } = first.file
  const totalMs = clips.reduce((sum, { durationMs }) => sum + durationMs, 0)
  const hasSound = clips.every(({ file }) => file.codecs.length > 1)
  const part = join(deps.shelf.folder, `${'0'.repeat(64)}.mp4.part`)
  const inputs = clips.flatMap(({ file }) => ['-i', join(deps.shelf.folder, `${file.hash}.mp4`)])
  const fit = `scale=${width}:${height}:force_original_aspect_ratio=decrease`
  const pad = `pad=${width}:${height}:-1:-1,setsar=1,fps=30`
  const videos = clips.map((_, at) => `[${at}:v]${fit},${pad}[v${at}]`)
  const joined = clips.map((_, at) => (hasSound ? `[v${at}][${at}:a]` : `[v${at}]`)).join('')
  const out = hasSound ? '[v][a]' : '[v]'
  const concat = `${joined}concat=n=${clips.length}:v=1:a=${hasSound ? 1 : 0}${out}`
  const maps = hasSound ? ['-map', '[v]', '-map', '[a]', '-c:a', 'aac'] : ['-map', '[v]']
  const video = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-threads', '1']
  const form = ['-movflags', '+faststart', '-progress', 'pipe:1', '-f', 'mp4', part]
  const graph = ['-filter_complex', [...videos, concat].join(';')]
  const run = await runFfmpeg([...inputs, ...graph, ...maps, ...video, ...form], {
    timeoutMs: Math.max(60_000, totalMs * ENCODE_SECONDS_PER_SECOND),
    onLine(line) {
      const doneUs = Number(/^out_time_us=(\d+)$/.exec(line)?.[1] ?? NaN)
      if (Number.isFinite(doneUs)) tell(Math.min(0.99, doneUs / 1_000 / totalMs))
    },
  })
  if (!run.ok) return `${run.code}: ${run.reason}`
  const hash = await hashOf(part)
  const { size } = await stat(part)
  await rename(part, join(deps.shelf.folder, `${hash}.mp4`))
  const codecs = hasSound ? ['avc1', 'mp4a.40.2'] : ['avc1']
  const durationSeconds = totalMs / 1_000
  return { hash, bytes: size, width, height, codecs, startSeconds: 0, durationSeconds }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
