import { deepEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { FAULT_KINDS } from './plan.ts'

test('[SM11] every kind of fault stands in the table, and nothing else does', () => {
  const spec = readFileSync(new URL('../../SPEC.md', import.meta.url), 'utf8')
  const fromTable = spec.slice(spec.indexOf('## Faults of the protocol'))
  const table = fromTable.slice(0, fromTable.indexOf('## Assumptions'))
  const named = [...table.matchAll(/`([a-z]+(?:_[a-z0-9]+)+)`/g)].map(([, name]) => name)
  deepEqual(new Set(named), new Set(FAULT_KINDS))
})
