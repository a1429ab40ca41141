import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { runFfmpeg } from '../clip/run-ffmpeg.ts'
import { readFlvFile } from '../flv/read-tag.ts'
import { slateOf, type Slate } from './slate-loop.ts'

/** What a slate shows, and how large. */
export interface SlatePlan {
  readonly title: string
  /** A line below the title. */
  readonly line: string
  readonly width: number
  readonly height: number
}

/** What became of a slate that was asked for. */
export type RenderedSlate =
  | { readonly ok: true; readonly slate: Slate }
  | { readonly ok: false; readonly reason: string }

/** The page's own colours at night. */
const PAPER = '0x181c30'
const INK = '0xece7da'
const INK_SOFT = '0xb3b0bd'
const SECONDS = 2
const RATE = 30
const RENDER_MS_MAX = 30_000
/** A title is set in lines of so many characters. */
const LINE_CHARACTERS = 26
const LINES_MAX = 3

/**
 * Encode a slate, once: the same plan is found again in the folder. Text goes through files, so
 * that no title is ever part of a command. [SX1]
 */
export async function renderSlate(folder: string, plan: SlatePlan): Promise<RenderedSlate> {
  const name = createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 24)
  const file = join(folder, `${name}.flv`)
  const known = await readSlate(file)
  if (known !== null) return { ok: true, slate: known }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const [title, line] = [`${name}.title.txt`, `${name}.line.txt`]
  await writeFile(join(folder, title), setLines(plan.title), { mode: 0o600 })
  await writeFile(join(folder, line), plan.line.slice(0, 80), { mode: 0o600 })
  try {
    const run = await runFfmpeg(wordsOf(plan, { title, line, output: `${name}.new` }), {
      timeoutMs: RENDER_MS_MAX,
      folder,
    })
    if (!run.ok) return { ok: false, reason: run.reason }
    await rename(join(folder, `${name}.new`), file)
  } finally {
    for (const each of [title, line]) await rm(join(folder, each), { force: true })
  }
  const slate = await readSlate(file)
  return slate === null ? { ok: false, reason: 'ffmpeg wrote no picture' } : { ok: true, slate }
}

function wordsOf(
  { width, height }: SlatePlan,
  names: { readonly title: string; readonly line: string; readonly output: string },
): readonly string[] {
  const source = `color=c=${PAPER}:size=${width}x${height}:rate=${RATE}:duration=${SECONDS}`
  const size = Math.round(Math.min(width, height) / 9)
  const text = (file: string, more: string) =>
    `drawtext=textfile=${file}:expansion=none:x=(w-text_w)/2:${more}`
  const large = `fontsize=${size}:fontcolor=${INK}:line_spacing=${Math.round(size / 3)}`
  const small = `fontsize=${Math.round(size / 2)}:fontcolor=${INK_SOFT}`
  const title = text(names.title, `y=h*0.45-text_h/2:${large}`)
  const line = text(names.line, `y=h*0.78:${small}`)
  const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'stillimage', '-crf', '26']
  const shape = ['-profile:v', 'main', '-pix_fmt', 'yuv420p', '-bf', '0', '-g', `${RATE}`]
  const steady = ['-sc_threshold', '0', '-threads', '1', '-f', 'flv', names.output]
  return ['-f', 'lavfi', '-i', source, '-vf', `${title},${line}`, ...coding, ...shape, ...steady]
}

/** Words, broken into lines; a title that is too long is cut. */
function setLines(title: string): string {
  const lines: string[] = []
  for (const word of title.replaceAll(/\s+/g, ' ').trim().split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim()
    if (lines.length > 0 && longer.length <= LINE_CHARACTERS) lines[lines.length - 1] = longer
    else lines.push(word.slice(0, LINE_CHARACTERS))
  }
  return lines.slice(0, LINES_MAX).join('\n')
}

async function readSlate(file: string): Promise<Slate | null> {
  try {
    return slateOf(readFlvFile(await readFile(file)))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
