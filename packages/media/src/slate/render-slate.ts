import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { runFfmpeg } from '../ffmpeg/run-ffmpeg.ts'
import { readFlvFile } from '../flv/flv-reader.ts'
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

/** The stage's own paper and inks at night, as its design tokens have them. */
export const SLATE_COLOURS = { paper: '181c30', ink: 'ece7da', soft: 'b3b0bd' } as const
const SECONDS = 2
const RATE = 30
const RENDER_MS_MAX = 60_000
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
  const texts = [...setLines(plan.title), plan.line.slice(0, 80)].map((text, index) => {
    return { text, file: `${name}.${index}.txt` }
  })
  for (const { text, file: each } of texts) {
    await writeFile(join(folder, each), text, { mode: 0o600 })
  }
  try {
    const files = texts.map((each) => each.file)
    const words = wordsOf(plan, files, `${name}.new`)
    const run = await runFfmpeg(words, { timeoutMs: RENDER_MS_MAX, isUrgent: true, folder })
    if (!run.ok) return { ok: false, reason: run.reason }
    await rename(join(folder, `${name}.new`), file)
  } finally {
    for (const each of texts) await rm(join(folder, each.file), { force: true })
  }
  const slate = await readSlate(file)
  return slate === null ? { ok: false, reason: 'ffmpeg wrote no picture' } : { ok: true, slate }
}

/** The last of the files is the line below the title. */
function wordsOf(
  { width, height }: SlatePlan,
  files: readonly string[],
  output: string,
): readonly string[] {
  const { paper, ink: strong, soft } = SLATE_COLOURS
  const source = `color=c=0x${paper}:size=${width}x${height}:rate=${RATE}:duration=${SECONDS}`
  const size = Math.round(Math.min(height / 9, width / 17))
  const rows = files.length - 1
  const texts = files.map((file, row) => {
    const isTitle = row < rows
    const shift = ((row - (rows - 1) / 2) * 1.3 * size).toFixed(0)
    const place = isTitle ? `y=h*0.44-${size / 2}+${shift}` : 'y=h*0.76'
    const [fontSize, ink] = isTitle ? [size, strong] : [Math.round(size * 0.6), soft]
    const look = `fontsize=${fontSize}:fontcolor=0x${ink}`
    return `drawtext=textfile=${file}:expansion=none:x=(w-text_w)/2:${place}:${look}`
  })
  const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'stillimage', '-crf', '26']
  const shape = ['-profile:v', 'main', '-pix_fmt', 'yuv420p', '-bf', '0', '-g', `${RATE}`]
  const steady = ['-sc_threshold', '0', '-threads', '1', '-f', 'flv', output]
  return ['-f', 'lavfi', '-i', source, '-vf', texts.join(','), ...coding, ...shape, ...steady]
}

/** Words, broken into lines; a title that is too long is cut. */
function setLines(title: string): readonly string[] {
  const lines: string[] = []
  for (const word of title.replaceAll(/\s+/g, ' ').trim().split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim()
    if (lines.length > 0 && longer.length <= LINE_CHARACTERS) lines[lines.length - 1] = longer
    else lines.push(word.slice(0, LINE_CHARACTERS))
  }
  return lines.slice(0, LINES_MAX)
}

async function readSlate(file: string): Promise<Slate | null> {
  try {
    return slateOf(readFlvFile(await readFile(file)))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
