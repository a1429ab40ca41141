import { createHash } from 'node:crypto'
import { on } from 'node:events'
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { parentPort } from 'node:worker_threads'

import { assert } from '@nightmarket/kernel'

import type { CutJob, CutReply, CutDone } from './clip-cutter.ts'
import type { FootageContent } from './footage.ts'
import { copyPieces } from './packet-copy.ts'

// Entry of the thread that cuts clips: one job at a time, far from the thread that sells.
assert(parentPort !== null, 'clips are cut in a thread of their own')
const port = parentPort
for await (const [job] of on(port, 'message')) await work(job as CutJob)

async function work(job: CutJob): Promise<void> {
  port.postMessage({ jobId: job.jobId, ...(await run(job)) } satisfies CutReply)
}

async function run({ pieces, folder }: CutJob): Promise<CutDone> {
  try {
    const loaded = await Promise.all(
      pieces.map(async ({ contents, fromSeconds, toSeconds }) => {
        const parts = await Promise.all(contents.map(read))
        return { bytes: new Uint8Array(Buffer.concat(parts)), fromSeconds, toSeconds }
      }),
    )
    const copied = await copyPieces(loaded)
    if (!copied.ok) return copied
    const { bytes, ...facts } = copied.value
    const hash = createHash('sha256').update(bytes).digest('hex')
    await writeWhole(folder, `${hash}.mp4`, bytes)
    return { ok: true, value: { ...facts, hash, bytes: bytes.length } }
  } catch (error) {
    return { ok: false, error: { code: 'cut_failed', reason: String(error) } }
  }
}

async function read(content: FootageContent): Promise<Uint8Array> {
  return typeof content === 'string' ? readFile(content) : content
}

/** A name never names half a file: written beside it, on disk, then renamed. */
async function writeWhole(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const path = join(folder, name)
  const file = await open(`${path}.part`, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.part`, path)
}
