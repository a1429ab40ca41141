import { join } from 'node:path'

import type { Clip } from './clip.ts'
import type { ClipCutter, CutFile } from './clip-cutter.ts'
import type { ClipShelf } from './clip-shelf.ts'
import { encodePieces } from './reel-pieces.ts'
import { reelWords } from './reel-words.ts'

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
  /** Where its encoded pieces are kept until it is made. */
  readonly piecesFolder: string
  readonly closing: AbortSignal
  readonly tell: (progress: ReelProgress) => void
  readonly onMade: (clip: Clip) => void
}

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
    deps.onMade(kept.value)
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
    contents: [join(shelf.folder, `${file.hash}.mp4`)],
    fromSeconds: 0,
    toSeconds: durationMs / 1_000 + 1,
  }))
  const cut = await cutter.cut(pieces)
  if (cut.ok) return cut.value
  return cut.error.code === 'parameters_differ' ? null : cut.error.code
}

/** Encode what differs, a piece for each clip, and copy the pieces behind each other. */
async function encode(
  clips: readonly Clip[],
  { cutter, shelf, piecesFolder, closing }: ReelDeps,
  tell: (share: number) => void,
): Promise<CutFile | string> {
  const place = { shelfFolder: shelf.folder, folder: piecesFolder, signal: closing, tell }
  const paths = await encodePieces(clips, place)
  if (typeof paths === 'string') return paths
  const pieces = paths.map((path, at) => ({
    contents: [path],
    fromSeconds: 0,
    toSeconds: (clips[at]?.durationMs ?? 0) / 1_000 + 1,
  }))
  const cut = await cutter.cut(pieces)
  return cut.ok ? cut.value : cut.error.code
}
