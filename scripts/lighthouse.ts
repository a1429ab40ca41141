import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { StageMarket } from '../test/e2e/stage/stage-market.ts'
import { CHROMIUM_ARGUMENTS, findChromium } from './chromium.ts'

/**
 * Measures the stage's show page with Lighthouse as a phone on a slow network, and prints the four
 * scores: `npm run lighthouse -- stage`. Ends with 1 when one is below 95.
 */
const SCORE_MIN = 95
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'] as const

interface Report {
  readonly categories: Readonly<Record<string, { readonly score: number | null }>>
  readonly audits: Readonly<
    Record<string, { readonly score: number | null; readonly title: string }>
  >
}

const [name = 'stage'] = process.argv.slice(2)
if (name !== 'stage') {
  process.stderr.write(`There is no page called ${name} to measure; there is: stage.\n`)
  process.exitCode = 1
} else {
  await using market = await StageMarket.open({ units: 20 })
  const report = await measure(market.edgeUrl)
  for (const category of CATEGORIES) {
    const score = Math.round((report.categories[category]?.score ?? 0) * 100)
    process.stdout.write(`${category.padEnd(16)} ${score}\n`)
    if (score < SCORE_MIN) process.exitCode = 1
  }
  for (const { score, title } of Object.values(report.audits)) {
    if (score !== null && score < 0.9) process.stdout.write(`  ${score.toFixed(2)} ${title}\n`)
  }
}

async function measure(url: string): Promise<Report> {
  const chromium = findChromium()
  if (chromium === null) throw new Error('no Chromium: set NIGHTMARKET_TEST_CHROMIUM')
  const folder = mkdtempSync(join(tmpdir(), 'nightmarket-lighthouse-'))
  const file = join(folder, 'report.json')
  const program = resolve(import.meta.dirname, '../node_modules/lighthouse/cli/index.js')
  const flags = ['--headless=new', ...CHROMIUM_ARGUMENTS].join(' ')
  const words = [program, url, '--quiet', '--output=json', `--output-path=${file}`]
  const options = { stdio: 'inherit', env: { ...process.env, CHROME_PATH: chromium } } as const
  try {
    const child = spawn(process.execPath, [...words, `--chrome-flags=${flags}`], options)
    await once(child, 'exit')
    return JSON.parse(readFileSync(file, 'utf8')) as Report
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
