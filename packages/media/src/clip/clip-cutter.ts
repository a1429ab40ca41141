import { Worker } from 'node:worker_threads'

import type { FootageContent } from './footage.ts'
import type { Copied, CopyRejection } from './packet-copy.ts'

/** A part of contents that are read behind each other, in seconds from their first picture. */
export interface CutPiece {
  readonly contents: readonly FootageContent[]
  readonly fromSeconds: number
  readonly toSeconds: number
}

/** What the thread is asked. Plain data. */
export interface CutJob {
  readonly jobId: number
  readonly folder: string
  readonly pieces: readonly CutPiece[]
}

/** A clip that lies in its folder under its hash. */
export interface CutFile extends Omit<Copied, 'bytes'> {
  /** SHA-256 of the file, which is also its name before `.mp4`. */
  readonly hash: string
  readonly bytes: number
}

/** Why nothing was cut. */
export type CutRejection =
  CopyRejection | { readonly code: 'cut_failed'; readonly reason: string }

/** How a job ended. */
export type CutDone =
  | { readonly ok: true; readonly value: CutFile }
  | { readonly ok: false; readonly error: CutRejection }

/** What the thread answers. */
export type CutReply = CutDone & { readonly jobId: number }

/** The longest that one cut may take: a thread that hangs is ended. */
const CUT_MS_MAX = 60_000

/**
 * Cuts clips in a thread of its own, one after the other. The thread is started by the first clip;
 * one that dies fails its jobs, and the next clip starts another.
 */
export class ClipCutter implements AsyncDisposable {
  readonly #folder: string
  readonly #waiting = new Map<number, (done: CutDone) => void>()
  #worker: Worker | null = null
  #jobs = 0

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Start the thread before it is needed: it takes a second on a busy machine. */
  prepare(): void {
    this.#worker ??= this.#start()
  }

  /** Cut pieces into one file of the folder. */
  cut(pieces: readonly CutPiece[]): Promise<CutDone> {
    const worker = (this.#worker ??= this.#start())
    const jobId = ++this.#jobs
    return new Promise((resolve) => {
      const timer = setTimeout(() => void worker.terminate(), CUT_MS_MAX)
      this.#waiting.set(jobId, (done) => {
        clearTimeout(timer)
        resolve(done)
      })
      worker.postMessage({ jobId, folder: this.#folder, pieces } satisfies CutJob)
    })
  }

  #start(): Worker {
    const worker = new Worker(new URL('./clip-worker.ts', import.meta.url))
    worker.unref()
    worker.on('message', ({ jobId, ...done }: CutReply) => this.#finish(jobId, done))
    worker.on('error', (error) => this.#lost(worker, String(error)))
    worker.on('exit', () => this.#lost(worker, 'the thread that cuts clips ended'))
    return worker
  }

  #lost(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return
    this.#worker = null
    for (const jobId of this.#waiting.keys()) {
      this.#finish(jobId, { ok: false, error: { code: 'cut_failed', reason } })
    }
  }

  #finish(jobId: number, done: CutDone): void {
    this.#waiting.get(jobId)?.(done)
    this.#waiting.delete(jobId)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate()
  }
}
