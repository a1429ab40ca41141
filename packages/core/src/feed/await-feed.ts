import type { NodeId } from '@nightmarket/kernel'

import type { Core } from '../core.ts'

/**
 * Resolve with the head of a node's feed once it passes `after`, or after `timeoutMs` as it is.
 *
 * Listens before it looks, so that a decision made in between is not slept through. [FE3]
 */
export async function awaitFeed(
  core: Pick<Core, 'books' | 'bell'>,
  waiting: { readonly nodeId: NodeId; readonly after: number; readonly timeoutMs: number },
  signal?: AbortSignal,
): Promise<number> {
  const { nodeId, after, timeoutMs } = waiting
  const gaveUpAtMs = performance.now() + timeoutMs
  for (;;) {
    const leaving = new AbortController()
    const ended = signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal])
    const leftMs = Math.max(0, gaveUpAtMs - performance.now())
    const rung = core.bell.wait(nodeId, leftMs, ended)
    const head = await readHead(core, nodeId)
    if (head > after || leftMs === 0 || signal?.aborted === true) {
      leaving.abort()
      await rung
      return head
    }
    await rung
  }
}

async function readHead(core: Pick<Core, 'books'>, nodeId: NodeId): Promise<number> {
  const node = await core.books.read('feed head', (trx) =>
    trx.selectFrom('node').select('feed_head').where('node_id', '=', nodeId).executeTakeFirst(),
  )
  return node?.feed_head ?? 0
}
