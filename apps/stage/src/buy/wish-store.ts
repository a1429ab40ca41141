import type { Wish } from './wish.ts'

/** Where wishes are kept, so that a reload or a flat battery loses none. */
export interface WishStore {
  put(wish: Wish): Promise<void>
  all(): Promise<readonly Wish[]>
  remove(orderId: string): Promise<void>
}

const DATABASE = 'nightmarket-stage'
const TABLE = 'wishes'

/** Open the store. `strict`: what was put is on disk when its promise ends. */
export async function openWishStore(): Promise<WishStore> {
  const opening = indexedDB.open(DATABASE, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE, { keyPath: 'orderId' })
  const database = await done(opening)
  const table = (mode: IDBTransactionMode) => {
    const transaction = database.transaction(TABLE, mode, { durability: 'strict' })
    return { transaction, rows: transaction.objectStore(TABLE) }
  }
  return {
    async put(wish) {
      const { transaction, rows } = table('readwrite')
      rows.put(wish)
      await committed(transaction)
    },
    async all() {
      const wishes = await done<Wish[]>(table('readonly').rows.getAll())
      return wishes.sort((a, b) => a.createdAtMs - b.createdAtMs)
    },
    async remove(orderId) {
      const { transaction, rows } = table('readwrite')
      rows.delete(orderId)
      await committed(transaction)
    },
  }
}

function done<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('the store refused'))
  })
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new Error('the store refused'))
  })
}
