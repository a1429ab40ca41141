import { assert } from '@nightmarket/kernel'
import { TestJournal } from '@nightmarket/kernel/testing'

import { openSqliteJournal } from './sqlite-journal-store.ts'
import { testSigner } from './test-signer.ts'

/**
 * A process for `kill -9`: goes on with the journal named by its first argument, and prints each
 * sequence once it is acknowledged. Facts follow from their number, so that a restarted process
 * can tell whether the store gave back what its predecessor wrote.
 */
const path = process.argv[2]
assert(path !== undefined, 'the first argument is the path of a journal')
await using store = await openSqliteJournal(path)
const journal = new TestJournal(testSigner)
const found = await store.head()
if (found.sequence > 0) journal.write(factsFrom(1, found.sequence))
assert(journal.head.hash === found.hash, 'the journal is what was written')

for (let size = 1; ; size = (size % 9) + 1) {
  const expected = journal.head
  const batch = journal.write(factsFrom(expected.sequence + 1, size))
  const appended = await store.append(expected, batch)
  assert(appended.ok, 'nobody else writes')
  process.stdout.write(`${appended.value.sequence}\n`)
}

function factsFrom(first: number, count: number) {
  return Array.from({ length: count }, (_, index) => ({
    type: 'test.noted',
    body: { n: first + index, padding: 'x'.repeat((first + index) % 700) },
  }))
}
