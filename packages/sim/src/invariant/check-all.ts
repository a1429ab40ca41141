import type { World } from '../world/world.ts'
import { viewBooks } from './books-view.ts'
import { checkCoreStock, checkLeaks, checkOversold, checkStalls } from './stock.ts'

/** Look at everything that must hold now; at rest, also at what must have come to its end. */
export async function checkAll(world: World, phase: 'safety' | 'rest'): Promise<void> {
  const books = await viewBooks(world.core.books)
  checkStalls(world)
  checkCoreStock(world, books)
  await checkOversold(world, books)
  if (phase === 'safety') return
  checkLeaks(world, books)
}
