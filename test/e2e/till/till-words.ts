import { setupI18n } from '@lingui/core'
import type { Page } from 'playwright-core'

import { compileTexts } from '../../../apps/till/src/words/compile-texts.ts'
import { textsOf, type Language } from '../../../apps/till/src/words/texts.ts'

/**
 * The language in which every screen is opened: German has the longest words. Pictures of the
 * others are taken by naming one.
 */
export const LANGUAGE = (process.env['NIGHTMARKET_TEST_LANGUAGE'] ?? 'de') as Language

const words = setupI18n({
  locale: LANGUAGE,
  messages: { [LANGUAGE]: compileTexts(textsOf(LANGUAGE)) },
})

/** What the till says by this name, in the language of the journey. */
export function said(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  return words._(key, values)
}

/** Tap the button that says this; the whole of it, or how it begins. */
export async function tap(page: Page, key: string, values = {}): Promise<void> {
  const name = said(key, values)
  await page.getByRole('button', { name, exact: true }).first().click()
}
