import { equal } from 'node:assert/strict'
import { test } from 'node:test'

import { setupI18n } from '@lingui/core'

import { compileTexts } from './compile-texts.ts'
import { LANGUAGES, textsOf, type Language } from './texts.ts'

test('[TW1] values stand where the text has them, one and many are told apart', () => {
  const i18n = setupI18n({
    locale: 'de',
    messages: {
      de: compileTexts({
        plain: 'Kasse',
        goods: {
          left_one: 'Noch {{count}} × {{title}}',
          left_other: 'Noch {{count}} Stück {{title}}',
        },
      }),
    },
  })
  equal(i18n._('plain'), 'Kasse')
  equal(i18n._('goods.left', { count: 1, title: 'A$$' }), 'Noch 1 × A$$')
  equal(i18n._('goods.left', { count: 0, title: '#1' }), 'Noch 0 Stück #1')
})

test('[TW1] no text of any language leaves a value out', () => {
  for (const language of Object.keys(LANGUAGES) as Language[]) {
    const messages = compileTexts(textsOf(language))
    const i18n = setupI18n({ locale: language, messages: { [language]: messages } })
    for (const key of Object.keys(messages)) {
      const value = new Proxy({ count: 2 }, { get: (_, name) => (name === 'count' ? 2 : 'X') })
      equal(/[{}]|undefined/.test(i18n._(key, value)), false, `${language} ${key}`)
    }
  }
})
