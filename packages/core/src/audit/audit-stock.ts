import { ORDER_KEEPS_UNITS, type Allocation, type OrderState } from '@nightmarket/kernel'

import { findStockViolations } from '../stock/stock-audit.ts'
import { AuditFindings, type AuditCheck } from './audit-check.ts'
import type { AuditedCore } from './audited-core.ts'

/** [AU1] Every item's, pool's and lease's sums hold. [L1, I3, I4] */
export async function auditStock(core: Pick<AuditedCore, 'books'>): Promise<AuditCheck> {
  const findings = new AuditFindings('stock_conserved')
  await core.books.read('audit stock', async (trx) => {
    for (const table of ['item', 'drop_pool', 'lease'] as const) {
      const { count } = await trx
        .selectFrom(table)
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      findings.cover(table === 'drop_pool' ? 'pools' : `${table}s`, Number(count))
    }
    for (const violation of await findStockViolations(trx)) {
      const subject = 'leaseId' in violation ? violation.leaseId : violation.itemId
      findings.find(subject, textOf(violation))
    }
  })
  return findings.check()
}

/**
 * [AU2] No item has more units in live orders than exist. [I1] A contested order in rescue has
 * none: it is covered as `contested`, in sight of a person. [L5]
 */
export async function auditOversold(core: Pick<AuditedCore, 'books'>): Promise<AuditCheck> {
  const findings = new AuditFindings('units_oversold')
  await core.books.read('audit oversold', async (trx) => {
    const items = await trx.selectFrom('item').select(['item_id', 'on_hand']).execute()
    const orders = await trx
      .selectFrom('sale_order')
      .select(['state', 'is_contested', 'allocations', 'fulfilled_at_ms'])
      .execute()
    findings.cover('items', items.length)
    findings.cover('orders', orders.length)
    const sold = new Map<string, number>()
    for (const order of orders) {
      if (order.is_contested === 1) findings.cover('contested', 1)
      const isLive = ORDER_KEEPS_UNITS[order.state as OrderState] || order.fulfilled_at_ms !== null
      if (!isLive || order.is_contested === 1) continue
      for (const { itemId, quantity } of JSON.parse(order.allocations) as readonly Allocation[]) {
        sold.set(itemId, (sold.get(itemId) ?? 0) + quantity)
      }
    }
    for (const item of items) {
      const units = sold.get(item.item_id) ?? 0
      findings.cover('units', units)
      if (units > item.on_hand) findings.find(item.item_id, `${units} sold of ${item.on_hand}`)
    }
  })
  return findings.check()
}

function textOf(violation: object): string {
  return Object.entries(violation)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')
}
