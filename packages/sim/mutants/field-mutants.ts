import type { Mutant } from './mutant.ts'

/** Bugs in how tills hand units on, ask the core, and read their clocks. */
export const FIELD_MUTANTS: readonly Mutant[] = [
  {
    name: 'anybody takes a slip',
    file: 'kernel/src/stall/handover.ts',
    find: 'return toNodeId === state.nodeId && toEpoch === state.epoch',
    replace: "return toNodeId !== '' && toEpoch > 0",
  },
  {
    name: 'what is handed on can still be sold',
    file: 'kernel/src/stall/state.ts',
    find: 'lease.granted - lease.held - lease.sold - lease.subleased - lease.returned',
    replace: 'lease.granted - lease.held - lease.sold - lease.returned',
  },
  {
    name: 'handed units live by the clock of the taker alone',
    file: 'kernel/src/stall/handover.ts',
    find: 'Math.max(moment.atMs + state.behindParentMs, handedAtMs)',
    replace: 'moment.atMs',
  },
  {
    name: 'the proof of a slip is not checked',
    file: 'kernel/src/journal/verify-slip.ts',
    find: '  if (!proven.ok) return proven\n  const { entry, certificate } = proven.value',
    replace:
      '  const entry = JSON.parse((slip as Slip).entry) as never\n' +
      '  const { certificate } = slip as Slip',
  },
  {
    name: 'a transfer takes nothing out of its lease',
    file: 'core/src/journal/fold-transfer.ts',
    find: '  lease.granted -= quantity\n',
    replace: '',
  },
  {
    name: 'each side of a transfer books it',
    file: 'core/src/journal/fold-transfer.ts',
    find: '    known.heard[side] = true\n    return null\n',
    replace: '    known.heard[side] = true\n',
  },
  {
    name: 'units handed out of a write-off stay written off',
    file: 'core/src/journal/fold-transfer.ts',
    find: '  lease.writtenOff -= fromWrittenOff\n',
    replace: '',
  },
  {
    name: 'a clock that was set back is believed',
    file: 'kernel/src/stall/run-command.ts',
    find: 'if (moment.atMs >= expectedAtMs - CLOCK_DOUBT_MS) return []',
    replace: 'if (moment.atMs >= expectedAtMs - CLOCK_DOUBT_MS * 1_000) return []',
  },
  {
    name: 'a word to stop is forgotten when the disk fails',
    file: 'stall/src/open-stall.ts',
    find: 'if (this.#freeze !== null) this.#decide(this.#freeze)',
    replace: 'void this.#freeze',
  },
  {
    name: 'cash that was handed back is paid out again',
    file: 'core/src/till/decide-requests.ts',
    find: 'if (!(await isPending(trx, row))) return false',
    replace: 'void isPending',
  },
]
