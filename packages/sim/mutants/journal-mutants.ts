import type { Mutant } from './mutant.ts'

/** Bugs in how facts are kept and sent. */
export const JOURNAL_MUTANTS: readonly Mutant[] = [
  {
    name: 'answer before it is durable',
    file: 'stall/src/open-stall.ts',
    find: '    await waiting.durable.promise\n    return answer',
    replace: '    void waiting\n    return answer',
  },
  {
    name: 'keep the memory of a failed write',
    file: 'stall/src/open-stall.ts',
    find: '      this.#journal = replayed\n      this.#decided = replayed.head',
    replace: '      this.#decided = replayed.head',
  },
  {
    name: 'open a damaged journal',
    file: 'stall/src/replay.ts',
    find: '  await assertCheckpoint(store, certificate, tree)\n',
    replace: '',
  },
  {
    name: 'sign before the tree has grown',
    file: 'stall/src/open-stall.ts',
    find: 'const root = this.#journal.tree.root(size)',
    replace: 'const root = this.#journal.tree.root(Math.max(1, size - 1))',
  },
  {
    name: 'go on from another branch',
    file: 'sync/src/child-uplink.ts',
    find: 'if (!(await this.#isOurs(request, ack))) return this.#showBranch(ack)',
    replace: 'void this.#isOurs(request, ack)',
  },
  {
    name: 'go on selling after a fork',
    file: 'sync/src/child-uplink.ts',
    find: "if (code === 'fork' || STOPS_SELLING[code]) {",
    replace: "if (code === 'epoch_retired' && STOPS_SELLING[code]) {",
  },
  {
    name: 'never send the tail',
    file: 'sync/src/child-uplink.ts',
    find: 'stall.read(after.sequence, EXCHANGE_ENTRIES_MAX)',
    replace: 'stall.read(after.sequence, EXCHANGE_ENTRIES_MAX).then((page) => page.slice(0, -1))',
  },
  {
    name: 'stop after the first fault of the wire',
    file: 'sync/src/child-uplink.ts',
    find: 'return { retryMs: backoffMs(failures, this.#deps.random(), this.#terms) }',
    replace: 'return { retryMs: 1e9 * failures }',
  },
  {
    name: 'read the feed from where it was sent',
    file: 'sync/src/child-uplink.ts',
    find: 'this.#feedAfter = items.at(-1)?.position ?? this.#feedAfter',
    replace: 'this.#feedAfter = (items.at(-1)?.position ?? this.#feedAfter) + 1',
  },
  {
    name: 'forks are ignored',
    file: 'sync/src/parent.ts',
    find: 'if (parentHash !== hash) return { sequence, parentHash, childHash: hash }',
    replace:
      'if (parentHash.length !== hash.length) return { sequence, parentHash, childHash: hash }',
  },
  {
    name: 'a forked node is not quarantined',
    file: 'core/src/node/quarantine-node.ts',
    find: ".set({ state: 'quarantined', state_reason: reason })",
    replace: '.set({ state_reason: reason })',
  },
  {
    name: 'entries are acknowledged and not kept',
    file: 'core/src/journal/receive-exchange.ts',
    find: 'await storeEntries(trx, node, entries, nowMs)',
    replace: 'await storeEntries(trx, node, entries.slice(1), nowMs)',
  },
  {
    name: 'entries take effect and the mark stays',
    file: 'core/src/journal/receive-exchange.ts',
    find: '      sequence: head.sequence,\n',
    replace: '      sequence: Math.max(0, head.sequence - 1),\n',
  },
  {
    name: 'poison stops the journal',
    file: 'core/src/journal/fold-entry.ts',
    find: 'if (!parsed.ok) return poison(batch, entry, parsed.error)',
    replace: 'if (!parsed.ok) throw new Error(String(parsed.error))',
  },
  {
    name: 'a retired epoch still speaks',
    file: 'core/src/journal/receive-exchange.ts',
    find:
      "if (node.epoch !== request.epoch) return refused('epoch_retired', `epoch is " +
        "${node.epoch}`)",
    replace:
      "if (node.epoch < request.epoch) return refused('epoch_retired', `epoch is ${node.epoch}`)",
  },
  {
    name: 'replay loses the feed position',
    file: 'kernel/src/stall/apply-event.ts',
    find: '  state.feedPosition = position\n',
    replace: '  if (state.sequence > 3) state.feedPosition = position\n',
  },
  {
    name: 'a replay forgets spent tokens of tickets',
    file: 'stall/src/replay.ts',
    find: '  forgetProcess(state)\n',
    replace: '  forgetProcess(state)\n  state.spentTokens.clear()\n',
  },
]
