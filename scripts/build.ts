import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { build } from 'vite'

/**
 * Builds each web app that has a `vite.config.ts` into its `dist/`. An app whose inputs are those
 * of its last build is left as it is, so that every script may call this without a thought.
 */
const root = resolve(import.meta.dirname, '..')
const SHARED = [
  'packages/*/src/**/*.{ts,tsx,css,json,svg}',
  'packages/*/package.json',
  'package-lock.json',
  'scripts/build.ts',
]
const EXCLUDED = /\.(test|suite|bench)\.tsx?$|(^|\/)(dist|node_modules)(\/|$)/

const configs = globSync('apps/*/vite.config.ts', { cwd: root }).sort()
const shared = digestOf(SHARED)
for (const config of configs) await buildApp(join(root, dirname(config)))

async function buildApp(folder: string): Promise<void> {
  const stamp = join(folder, 'dist', '.inputs')
  const inputs = `${shared} ${digestOf([`apps/${basename(folder)}/**/*`])}\n`
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return
  const beganMs = performance.now()
  await build({ root: folder, configFile: join(folder, 'vite.config.ts'), logLevel: 'warn' })
  writeFileSync(stamp, inputs)
  const tookMs = Math.round(performance.now() - beganMs)
  process.stdout.write(`built apps/${basename(folder)} in ${tookMs} ms\n`)
}

function digestOf(patterns: readonly string[]): string {
  const hash = createHash('sha256')
  const exclude = (name: string) => ['dist', 'node_modules'].includes(basename(name))
  const paths = globSync([...patterns], { cwd: root, exclude }).filter(
    (path) => !EXCLUDED.test(path.replaceAll(sep, '/')) && statSync(join(root, path)).isFile(),
  )
  for (const path of paths.sort()) hash.update(path).update(readFileSync(join(root, path)))
  return hash.digest('hex')
}
