/** Layout of the database; raised with each change of it, each a step in `upgrade`. */
const SCHEMA_VERSION = 1

/** The object stores: what the device is, its lives, and each life's journal. */
export const STORES = ['device', 'life', 'entry', 'checkpoint'] as const

type StoreName = (typeof STORES)[number]

/** Open or create the database. Rejects with the browser's own error. */
export function openDatabase(name: string): Promise<IDBDatabase> {
  const opening = indexedDB.open(name, SCHEMA_VERSION)
  opening.onupgradeneeded = () => upgrade(opening.result)
  return settled(opening)
}

function upgrade(database: IDBDatabase): void {
  database.createObjectStore('device')
  database.createObjectStore('life', { keyPath: 'lifeId' })
  database.createObjectStore('entry', { keyPath: ['lifeId', 'sequence'] })
  database.createObjectStore('checkpoint', { keyPath: ['lifeId', 'size'] })
}

/**
 * Run one write transaction and resolve when it is on the disk. `strict` is what makes that true:
 * with the default, Chromium answers before anything was synced, and a power cut takes it back.
 */
export async function writeDurably(
  database: IDBDatabase,
  stores: readonly StoreName[],
  work: (transaction: IDBTransaction) => void,
): Promise<void> {
  const transaction = database.transaction(stores, 'readwrite', { durability: 'strict' })
  const ended = Promise.withResolvers<void>()
  transaction.oncomplete = () => ended.resolve()
  transaction.onabort = () => ended.reject(transaction.error ?? aborted())
  try {
    work(transaction)
    transaction.commit()
  } catch (error) {
    ended.promise.catch(() => undefined)
    transaction.abort()
    throw error
  }
  await ended.promise
}

/** Ask one object store one question. */
export function readOnce<Answer>(
  database: IDBDatabase,
  store: StoreName,
  ask: (store: IDBObjectStore) => IDBRequest<Answer>,
): Promise<Answer> {
  return settled(ask(database.transaction(store, 'readonly').objectStore(store)))
}

/** The last record of a range, or the first, without its neighbours. */
export async function readEdge(
  database: IDBDatabase,
  store: StoreName,
  range: IDBKeyRange,
  direction: 'next' | 'prev',
): Promise<unknown> {
  const cursor = await readOnce(database, store, (records) => records.openCursor(range, direction))
  return cursor === null ? null : cursor.value
}

function settled<Answer>(request: IDBRequest<Answer>): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(request.error ?? aborted())
  return promise
}

function aborted(): DOMException {
  return new DOMException('The transaction was aborted.', 'AbortError')
}
