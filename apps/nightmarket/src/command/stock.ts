import { defineCommand } from '../command-line/command.ts'
import { ask } from '../market/ask.ts'
import { connectCore } from '../market/connect.ts'
import { stockTable } from '../view/market-view.ts'
import { marketOptions } from './server-options.ts'

/** `stock`: where every unit is. */
export const stockCommand = defineCommand({
  name: 'stock',
  summary: 'Show where the units are: on hand, free, at edges and tills, sold, lost',
  details:
    'Free units are at the core; units at nodes (edges and tills) are lent to them and not sold ' +
    'yet, as far as their journals have arrived.',
  arguments: [
    { name: 'ITEM', about: 'only items whose id, title or SKU contains this', isOptional: true },
  ],
  options: marketOptions,
  examples: ['stock', 'stock mug'],
  async run({ values, arguments: [wanted], terminal }) {
    await using connection = await connectCore(values)
    const { items } = await ask(connection.client.v1.stock.$get())
    const text = (wanted ?? '').toLowerCase()
    const chosen = items.filter(({ itemId, title, sku }) =>
      [itemId, title, sku].some((name) => name?.toLowerCase().includes(text)),
    )
    return {
      json: { items: chosen },
      text: describe(chosen.length, wanted) ?? stockTable(chosen, terminal),
    }
  },
})

function describe(count: number, wanted: string | null | undefined): string | null {
  if (count > 0) return null
  if (typeof wanted === 'string') return `No item is called "${wanted}".`
  return 'There is no stock yet. nightmarket import brings products in.'
}
