import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Every picture of the journeys is written here when it is set. */
const PICTURES = process.env['NIGHTMARKET_TEST_PICTURES']

const PHONE = { width: 390, height: 844 }
const DESKTOP = { width: 1_280, height: 800 }

/** What axe asks in each colour scheme: in the second only what has to do with colours. */
const SCHEMES = [
  { colorScheme: 'light', rules: null },
  { colorScheme: 'dark', rules: ['color-contrast', 'link-in-text-block'] },
] as const

interface Axe {
  readonly run: (options: {
    readonly runOnly?: readonly string[]
  }) => Promise<{ readonly violations: readonly Violation[] }>
}

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly target: readonly unknown[] }[]
}

/**
 * Look at what a page shows now, in light and in dark: what axe finds, by colours, rule and place.
 * Pictures of it are kept where they are asked for, of a phone and of a desktop.
 */
export async function look(page: Page, name: string): Promise<readonly string[]> {
  const found: string[] = []
  await page.evaluate(AXE)
  for (const { colorScheme, rules } of SCHEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const each of await findings(page, rules)) found.push(`${name}, ${colorScheme}: ${each}`)
    await keepPicture(page, `${name}-phone-${colorScheme}`)
  }
  if (PICTURES !== undefined) {
    await page.setViewportSize(DESKTOP)
    await keepPicture(page, `${name}-desktop-dark`)
    await page.setViewportSize(PHONE)
  }
  return found
}

async function findings(
  page: Page,
  rules: readonly string[] | null,
): Promise<readonly string[]> {
  const violations = await page.evaluate(async (only) => {
    const { axe } = globalThis as unknown as { readonly axe: Axe }
    return (await axe.run(only === null ? {} : { runOnly: only })).violations
  }, rules)
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target }) => `${id} ${target.join(' ')}`),
  )
}

/** Keep a picture of the screen, where one is asked for. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `stage-${name}.png`) })
}
