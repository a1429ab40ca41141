import { readFile } from 'node:fs/promises'

import { parseWebVtt } from '../cue/parse-cues.ts'
import { writeWebVtt, type WrittenCue } from '../cue/write-webvtt.ts'
import type { Clip } from './clip.ts'
import type { ClipShelf } from './clip-shelf.ts'

/** The words of clips behind each other, each language as one file on the shelf. [CL12] */
export async function reelWords(
  clips: readonly Clip[],
  shelf: ClipShelf,
): Promise<Clip['captions']> {
  const said = new Map<string, WrittenCue[]>()
  let atMs = 0
  for (const clip of clips) {
    for (const { language, hash } of clip.captions) {
      const cues = said.get(language) ?? []
      said.set(language, cues)
      cues.push(...(await wordsOf(shelf.pathOf(`${hash}.vtt`), atMs)))
    }
    atMs += clip.durationMs
  }
  const captions: Clip['captions'] = []
  for (const [language, cues] of said) {
    captions.push({ language, hash: await shelf.keepFile(writeWebVtt(cues), 'vtt') })
  }
  return captions
}

async function wordsOf(path: string | null, fromMs: number): Promise<readonly WrittenCue[]> {
  if (path === null) return []
  const parsed = parseWebVtt(await readFile(path, 'utf8'))
  if (!parsed.ok) return []
  return parsed.value.map(({ startMs, endMs, text }) => {
    return { startMs: startMs + fromMs, endMs: endMs + fromMs, text }
  })
}
