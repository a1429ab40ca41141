import { ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

const DIST = join(import.meta.dirname, '../../../apps/stage/dist')

/** The aim for what runs before the player, in bytes of gzip. */
const SCRIPT_BYTES_MAX = 15_000

interface Chunk {
  readonly file: string
  readonly imports?: readonly string[]
}

test('the script that a page loads by itself stays within its budget', () => {
  const text = readFileSync(join(DIST, 'manifest.json'), 'utf8')
  const manifest = JSON.parse(text) as Readonly<Record<string, Chunk>>
  const seen = new Set<string>()
  const visit = (name: string): number => {
    const chunk = manifest[name]
    if (chunk === undefined || seen.has(name)) return 0
    seen.add(name)
    const own = gzipSync(readFileSync(join(DIST, chunk.file)), { level: 9 }).length
    return (chunk.imports ?? []).reduce((sum, each) => sum + visit(each), own)
  }
  const bytes = visit('src/main.ts')
  ok(bytes > 0 && bytes <= SCRIPT_BYTES_MAX, `${bytes} bytes of ${SCRIPT_BYTES_MAX}`)
})
