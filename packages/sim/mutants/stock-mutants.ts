import type { Mutant } from './mutant.ts'

/** Bugs in how units are lent, sold and given back. */
export const STOCK_MUTANTS: readonly Mutant[] = [
  {
    name: 'sell from a lease after its end',
    file: 'kernel/src/stall/stock.ts',
    find:
      'moment.atMs < lease.sellUntilMs - LEASE_MARGIN_MS && elapsedMs < lease.ttlMs - ' +
        'LEASE_MARGIN_MS',
    replace: 'elapsedMs >= 0',
  },
  {
    name: 'trust the wall clock alone',
    file: 'kernel/src/stall/stock.ts',
    find: ' && elapsedMs < lease.ttlMs - LEASE_MARGIN_MS',
    replace: ' && elapsedMs >= 0',
  },
  {
    name: 'count the time left by this clock alone',
    file: 'kernel/src/stall/parent-decision.ts',
    find: 'receiveLease(state, item, Math.max(parentTimeMs, moment.atMs))',
    replace: 'receiveLease(state, item, moment.atMs)',
  },
  {
    name: 'sell one unit more than there is',
    file: 'kernel/src/stall/stock.ts',
    find: '  let missing = quantity\n',
    replace: '  let missing = Math.max(1, quantity - 1)\n',
  },
  {
    name: 'take units without looking who else did',
    file: 'kernel/src/stall/stock.ts',
    find: 'const taken = Math.min(unsold, missing)',
    replace: 'const taken = missing',
  },
  {
    name: 'check a bundle line by line',
    file: 'kernel/src/stall/stock.ts',
    find: 'sums.set(itemId, (sums.get(itemId) ?? 0) + quantity * line.quantity)',
    replace: 'sums.set(itemId, Math.max(sums.get(itemId) ?? 0, quantity * line.quantity))',
  },
  {
    name: 'give back sold units',
    file: 'kernel/src/stall/parent-decision.ts',
    find: 'const quantity = Math.min(unsoldOf(lease), quantityMax)',
    replace: 'const quantity = Math.min(unsoldOf(lease) + lease.sold, quantityMax)',
  },
  {
    name: 'give back a unit less than asked',
    file: 'kernel/src/stall/parent-decision.ts',
    find: 'const quantity = Math.min(unsoldOf(lease), quantityMax)',
    replace: 'const quantity = Math.max(0, Math.min(unsoldOf(lease), quantityMax) - 1)',
  },
  {
    name: 'disclaim what was received',
    file: 'kernel/src/stall/parent-decision.ts',
    find: 'if (lease === undefined) return { type',
    replace: 'if (lease === undefined || unsoldOf(lease) > 0) return { type',
  },
  {
    name: 'a rescue keeps no units',
    file: 'kernel/src/order/order-state.ts',
    find:
      '  rescue: true,\n  released: false,\n  refund_due: true,\n  refunded: false,\n  ' +
        'disputed: true,',
    replace:
      '  rescue: false,\n  released: false,\n  refund_due: true,\n  refunded: false,\n ' +
        ' disputed: true,',
  },
  {
    name: 'a refunded order keeps its units',
    file: 'kernel/src/order/order-state.ts',
    find: '  refunded: false,\n  disputed: true,\n  voided: false,',
    replace: '  refunded: true,\n  disputed: true,\n  voided: false,',
  },
  {
    name: 'a hold that ends keeps its units',
    file: 'kernel/src/stall/apply-event.ts',
    find: "  moveUnits(state, record.hold.allocations, 'held', 'unsold')\n",
    replace: '',
  },
  {
    name: 'holds never end',
    file: 'kernel/src/stall/upkeep.ts',
    find: "holds.map((holdId) => holdEnded(holdId, 'expired'))",
    replace: "holds.slice(1).map((holdId) => holdEnded(holdId, 'expired'))",
  },
  {
    name: 'lines outlive their drop',
    file: 'kernel/src/stall/upkeep.ts',
    find:
      "for (const ticketId of line) events.push(ticketLeft(ticketId, 'closed'))\n  }\n " +
        " return events\n}\n\n/** When something",
    replace: '}\n  return events\n}\n\n/** When something',
  },
  {
    name: 'grant without taking from the free units',
    file: 'core/src/stock/share-stock.ts',
    find: ".set((row) => ({ free: row('free', '-', quantity) }))",
    replace: ".set((row) => ({ free: row('free', '-', 0) }))",
  },
  {
    name: 'grant what is not free',
    file: 'kernel/src/allocation/allocate.ts',
    find: '  let free = supply.free\n',
    replace: '  let free = supply.free + 1\n',
  },
  {
    name: 'reclaim on expiry',
    file: 'core/src/stock/query-leases.ts',
    find: '.set({ queried_at_ms: nowMs })',
    replace:
      ".set((row) => ({ queried_at_ms: nowMs, returned: row('granted', '-', row.ref('sold')) }))",
  },
  {
    name: 'never ask about leases past their end',
    file: 'core/src/stock/query-leases.ts',
    find: '.limit(QUERIES_MAX)',
    replace: '.limit(0)',
  },
  {
    name: 'reclaim on recall',
    file: 'core/src/stock/share-stock.ts',
    find: ".set((row) => ({ recalled: row('recalled', '+', asked) }))",
    replace: ".set((row) => ({ returned: row('returned', '+', asked) }))",
  },
  {
    name: 'returned units are not free again',
    file: 'core/src/journal/write-batch.ts',
    find: "free: item('free', '+', back)",
    replace: "free: item('free', '+', 0)",
  },
  {
    name: 'returned units are free twice',
    file: 'core/src/journal/write-batch.ts',
    find: "free: item('free', '+', back)",
    replace: "free: item('free', '+', back * 2)",
  },
  {
    name: 'take back more than a child had',
    file: 'core/src/journal/fold-entry.ts',
    find: 'if (body.quantity > unsoldOf(lease)) {',
    replace: 'if (body.quantity > 1e9) {',
  },
  {
    name: "take sales from anybody's lease",
    file: 'core/src/journal/batch.ts',
    find: 'return lease?.row.node_id === node_id && lease.row.epoch === epoch ? lease : null',
    replace: "return lease !== undefined && node_id !== '' && epoch > 0 ? lease : null",
  },
  {
    name: 'a sale draws on what is not left',
    file: 'core/src/journal/check-sale.ts',
    find: 'if (quantity <= unsoldOf(lease)) continue',
    replace: 'if (quantity <= unsoldOf(lease) + 1_000) continue',
  },
  {
    name: 'orders that end keep their units at the core',
    file: 'core/src/journal/batch.ts',
    find: '    lease.sold -= quantity\n',
    replace: '',
  },
  {
    name: 'a write-off forgets the stock on hand',
    file: 'core/src/stock/write-off.ts',
    find: "on_hand: row('on_hand', '-', lost)",
    replace: "on_hand: row('on_hand', '-', 0)",
  },
  {
    name: 'a write-off gives sold units back',
    file: 'core/src/stock/write-off.ts',
    find: 'return lease.granted - lease.sold - lease.returned - lease.written_off',
    replace: 'return lease.granted - lease.returned - lease.written_off',
  },
]
