import { deepEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { FAULT_KINDS } from './plan.ts'

test('[SM11] every kind of fault stands in the table, and nothing stands there that is none', () => {
  const spec = readFileSync(new URL('../../SPEC.md', import.meta.url), 'utf8')
  const table = spec.slice(spec.indexOf('## Faults of the protocol'), spec.indexOf('## Assumptions'))
  const named = [...table.matchAll(/`([a-z]+(?:_[a-z0-9]+)+)`/g)].map(([, name]) => name)
  deepEqual(new Set(named), new Set(FAULT_KINDS))
})
