import { deepEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

import type { ScreenName } from './screens.ts'
import { LANGUAGE } from './till-words.ts'

/** Every picture of the journeys is written here when it is set. */
const pictures = process.env['NIGHTMARKET_TEST_PICTURES']

const PHONE = { width: 390, height: 844 } as const
const TABLET = { width: 1_180, height: 820 } as const

/** How a till can look. In other colours only what has to do with colours is asked again. */
const LOOKS = [
  { look: 'auto', colorScheme: 'light', rules: null },
  { look: 'dark', colorScheme: 'light', rules: ['color-contrast'] },
  { look: 'outdoor', colorScheme: 'light', rules: ['color-contrast'] },
] as const

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The screens that were looked at by this process. */
const seen = new Set<ScreenName>()

/** The screens that were looked at so far. */
export function screensSeen(): ReadonlySet<ScreenName> {
  return seen
}

/**
 * Hold that everybody can use the screen that is open now: axe has nothing to say, in daylight, in
 * the dark and in the sun; and on a phone in large type nothing is cut off, or too small to be hit.
 * Its pictures are kept when they are asked for.
 */
export async function assertAccessible(page: Page, name: ScreenName): Promise<void> {
  seen.add(name)
  const before = page.viewportSize()
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe)
  for (const { look, colorScheme, rules } of LOOKS) {
    await page.emulateMedia({ colorScheme })
    await setAppearance(page, look, 'normal')
    deepEqual(await violationsOf(page, rules), [], `${name}, ${look}`)
    if (look !== 'dark') await keepPicture(page, name, `tablet-${look}`, TABLET)
    if (look !== 'outdoor') await keepPicture(page, name, `phone-${look}`, PHONE)
  }
  await page.setViewportSize(PHONE)
  await setAppearance(page, 'auto', 'large')
  deepEqual(await page.evaluate(misfits), [], `${name}, on a phone in large type`)
  await keepPicture(page, name, 'phone-large', PHONE)
  await setAppearance(page, 'auto', 'normal')
  if (before !== null) await page.setViewportSize(before)
}

async function violationsOf(page: Page, rules: readonly string[] | null): Promise<string[]> {
  return page.evaluate(async (only) => {
    const { axe: checker } = globalThis as unknown as {
      axe: {
        run: (options: object) => Promise<{
          violations: { id: string; nodes: { html: string }[] }[]
        }>
      }
    }
    const options = { resultTypes: ['violations'], ...(only === null ? {} : { runOnly: only }) }
    const { violations } = await checker.run(options)
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
  }, rules)
}

function setAppearance(page: Page, look: string, size: string): Promise<void> {
  return page.evaluate(
    (wanted) => void Object.assign(document.documentElement.dataset, wanted),
    { look, size },
  )
}

/** In the page: what is cut off, lies outside of the screen, or is too small for a finger. */
function misfits(): readonly string[] {
  const found: string[] = []
  const describe = (element: Element) => element.outerHTML.replaceAll(/\s+/g, ' ').slice(0, 120)
  const dialog = document.querySelector('dialog[open]')
  for (const element of (dialog ?? document.body).querySelectorAll<HTMLElement>('*')) {
    const { width, height, right, left } = element.getBoundingClientRect()
    const style = getComputedStyle(element)
    if (width <= 1 || style.visibility === 'hidden') continue
    // What is typed scrolls within its field.
    const isField = element.matches('input, textarea')
    const scrolls = isField || style.overflowX === 'auto' || style.overflowX === 'scroll'
    if (!scrolls && style.display !== 'inline' && element.scrollWidth > element.clientWidth + 1) {
      if (element.clientWidth > 0) found.push(`cut off: ${describe(element)}`)
    }
    const isScrolled = element.closest('.paper') !== null
    const isOutside = right > innerWidth + 1 || left < -1
    if (isOutside && !isScrolled) found.push(`outside: ${describe(element)}`)
    const isTouched = element.matches('button, select, input:not([type=checkbox]), textarea')
    if (isTouched && (height < 44 || width < 44)) found.push(`too small: ${describe(element)}`)
  }
  return found
}

async function keepPicture(
  page: Page,
  name: ScreenName,
  look: string,
  viewport: typeof PHONE | typeof TABLET,
): Promise<void> {
  if (pictures === undefined) return
  await page.setViewportSize(viewport)
  await page.screenshot({ path: join(pictures, `${name}-${LANGUAGE}-${look}.png`) })
}
