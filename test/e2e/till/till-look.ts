import { deepEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

/** Every picture of the journeys is written here when it is set. */
const pictures = process.env['NIGHTMARKET_TEST_PICTURES']

/** Hold that everybody can use what is on the screen now; its picture is kept when asked for. */
export async function assertAccessible(page: Page, name: string): Promise<void> {
  await keepPicture(page, name)
  const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  await page.evaluate(source)
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    const found = await axe.run()
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
  })
  deepEqual(violations, [], name)
}

/** Keep a picture of the screen, where one is asked for. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) {
    await page.screenshot({ path: join(pictures, `till-${name}.png`) })
  }
}
