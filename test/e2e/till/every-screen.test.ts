import { deepEqual, match } from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'

import { SCREENS, SEEN_ELSEWHERE } from './screens.ts'

const app = join(import.meta.dirname, '../../../apps/till/src')

/** What has no screen of its own: the entry of the app, and its table of pages. */
const NO_SCREEN = ['main', 'pages']

test('each component of the till is on a screen of the list', () => {
  const components = globSync('**/*.tsx', { cwd: app }).map((file) => basename(file, '.tsx'))
  const shown = new Set(Object.values(SCREENS).flat())
  const left = components.filter((name) => !shown.has(name) && !NO_SCREEN.includes(name))
  deepEqual(left, [], 'components that no screen of screens.ts shows')
  const gone = [...shown].filter((name) => !components.includes(name))
  deepEqual(gone, [], 'components that are no more')
})

test('each screen that the walk leaves out is looked at by the journey that is named', () => {
  for (const [name, file] of Object.entries(SEEN_ELSEWHERE)) {
    const journey = readFileSync(join(import.meta.dirname, file), 'utf8')
    match(journey, new RegExp(`await assertAccessible\\(\\w+, '${name}'\\)`))
  }
})
