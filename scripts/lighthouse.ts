import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { SmallMarket } from '../apps/nightmarket/src/testing/small-market.ts'
import { StageMarket } from '../test/e2e/stage/stage-market.ts'
import { CHROMIUM_ARGUMENTS, findChromium } from './chromium.ts'

/**
 * Measures a page with Lighthouse as a phone on a slow network, and prints its scores:
 * `npm run lighthouse -- stage`, `receipt` or `till`. Ends with 1 when one is below 95.
 */
const SCORE_MIN = 95

type Category = 'performance' | 'accessibility' | 'best-practices' | 'seo'

interface Subject {
  readonly categories: readonly Category[]
  readonly open: () => Promise<AsyncDisposable & { readonly edgeUrl: string }>
  readonly path: string
}

const SUBJECTS: Readonly<Record<string, Subject>> = {
  stage: {
    categories: ['performance', 'accessibility', 'best-practices', 'seo'],
    open: () => StageMarket.open({ units: 20 }),
    path: '/',
  },
  receipt: {
    categories: ['performance', 'accessibility', 'best-practices', 'seo'],
    open: () => StageMarket.open({ units: 20 }),
    path: '/receipt',
  },
  drop: {
    categories: ['performance', 'accessibility', 'best-practices', 'seo'],
    open: () => StageMarket.open({ units: 20 }),
    path: '/drops/mugs',
  },
  product: {
    categories: ['performance', 'accessibility', 'best-practices', 'seo'],
    open: () => StageMarket.open({ units: 20 }),
    path: '/drops/mugs/mug:blue',
  },
  // An app behind a code: nobody searches for it, and it is loaded once.
  till: {
    categories: ['accessibility', 'best-practices'],
    open: () => SmallMarket.open(),
    path: '/till/',
  },
}

interface Report {
  readonly categories: Readonly<Record<string, { readonly score: number | null }>>
  readonly audits: Readonly<
    Record<string, { readonly score: number | null; readonly title: string }>
  >
}

const [name = 'stage'] = process.argv.slice(2)
const subject = SUBJECTS[name]
if (subject === undefined) {
  const known = Object.keys(SUBJECTS).join(', ')
  process.stderr.write(`There is no page called ${name} to measure; there are: ${known}.\n`)
  process.exitCode = 1
} else {
  await using market = await subject.open()
  const report = await measure(`${market.edgeUrl}${subject.path}`, subject.categories)
  for (const category of subject.categories) {
    const score = Math.round((report.categories[category]?.score ?? 0) * 100)
    process.stdout.write(`${category.padEnd(16)} ${score}\n`)
    if (score < SCORE_MIN) process.exitCode = 1
  }
  for (const { score, title } of Object.values(report.audits)) {
    if (score !== null && score < 0.9) process.stdout.write(`  ${score.toFixed(2)} ${title}\n`)
  }
}

async function measure(url: string, categories: readonly Category[]): Promise<Report> {
  const chromium = findChromium()
  if (chromium === null) throw new Error('no Chromium: set NIGHTMARKET_TEST_CHROMIUM')
  const folder = mkdtempSync(join(tmpdir(), 'nightmarket-lighthouse-'))
  const file = join(folder, 'report.json')
  const program = resolve(import.meta.dirname, '../node_modules/lighthouse/cli/index.js')
  const flags = ['--headless=new', ...CHROMIUM_ARGUMENTS].join(' ')
  const only = `--only-categories=${categories.join(',')}`
  const words = [program, url, only, '--quiet', '--output=json', `--output-path=${file}`]
  const options = { stdio: 'inherit', env: { ...process.env, CHROME_PATH: chromium } } as const
  try {
    const child = spawn(process.execPath, [...words, `--chrome-flags=${flags}`], options)
    await once(child, 'exit')
    return JSON.parse(readFileSync(file, 'utf8')) as Report
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
