import { equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'

import { RECEIPT_CHECKS, verifyReport } from './verify-report.ts'
import { VERIFY_WORDS } from './verify-words.ts'
import { STAGE_LANGUAGES } from './words.ts'

const standings = (text: string) =>
  [...text.matchAll(/data-standing="(\w+)"/g)].map(([, standing]) => standing).join(' ')

test('[VR1] a receipt is explained check by check: what holds, what fails and why', () => {
  const whole = verifyReport('en', null, 'KEY').text
  equal(standings(whole), 'good good good good good')
  match(whole, /<code>KEY<\/code>/)
  const foreign = verifyReport('en', 'certificate_not_signed_by_market', 'KEY').text
  equal(standings(foreign), 'good bad left left left')
  match(foreign, /Another market issued it/)
  const altered = verifyReport('de', 'inclusion_not_proven', 'KEY').text
  equal(standings(altered), 'good good good bad left')
  match(altered, /nachträglich verändert/)
})

test('[VR1] every language says everything of it', () => {
  for (const language of STAGE_LANGUAGES) {
    const words = VERIFY_WORDS[language]
    for (const check of RECEIPT_CHECKS) ok(words[check].length > 10, `${language} ${check}`)
    for (const text of Object.values(words)) ok(text.trim() !== '', language)
  }
})
