import { parseId, type Id } from '@nightmarket/kernel'

import { usageProblem } from '../problem.ts'
import { clean } from '../terminal/table.ts'

/** A node's id as it was typed. Throws a `Problem` when no id looks like that. */
export function nodeIdOption(text: string): Id<'node'> {
  return typedId('node', text, 'See nightmarket nodes.')
}

/** An order's id as it was typed. Throws a `Problem` when no id looks like that. */
export function typedOrderId(text: string | null): Id<'order'> {
  return typedId('order', text ?? '', 'See nightmarket orders.')
}

function typedId<Kind extends string>(kind: Kind, text: string, wayOut: string): Id<Kind> {
  const id = parseId<Kind>(text)
  if (id.ok) return id.value
  const title = `"${clean(text)}" is not the id of ${kind === 'order' ? 'an' : 'a'} ${kind}.`
  throw usageProblem({ code: `${kind}_id_invalid`, title, wayOut })
}
