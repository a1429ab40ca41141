import { assert, bytesToBase64, type JournalHead } from '@nightmarket/kernel'

import type { JournalStore } from '../journal-store.ts'
import { StorageFault } from '../storage-fault.ts'
import { openDatabase, readOnce, writeDurably } from './browser-database.ts'
import { browserErrorToFault } from './browser-fault.ts'
import { BrowserJournal, readHead } from './browser-journal.ts'
import { takeLock, type HeldLock } from './device-lock.ts'
import { readMark, writeMark, type DeviceMark, type MarkStorage } from './device-mark.ts'
import { newsOf } from './device-names.ts'

/**
 * What was found on opening.
 *
 * `fresh`: nothing was here. `whole`: the journal is at least as long as the device remembers.
 * `lost`: the device remembers a journal that is gone. `rolled_back`: it is shorter than it was, or
 * another device's, as after a restored or copied profile. The last two are never resumed: a new
 * life has begun, with a new key and no enrolment, and the parent gives it a new epoch.
 */
export type DeviceCondition = 'fresh' | 'whole' | 'lost' | 'rolled_back'

/** How a device is opened; everything has a default. */
export interface BrowserDeviceOptions {
  /** Where the mark is kept. */
  readonly marks?: MarkStorage
}

/**
 * This browser as a node: its key, its enrolment and its journal, in one database, for one tab.
 *
 * The key lies beside the journal on purpose: whoever lost the one lost the other, so that nobody
 * can go on as a node whose journal is gone. It never leaves the browser.
 */
export interface BrowserDevice extends AsyncDisposable {
  readonly condition: DeviceCondition
  /** Whether the browser promised not to clear this storage when it needs room. */
  readonly isPersisted: boolean
  /** Raw 32 bytes, base64, as an enrolment wants it. */
  readonly publicKey: string
  /** Ed25519 over the message, base64. */
  sign(message: Uint8Array): Promise<string>
  /** What `keepEnrolment` was given; `null` before. Plain data, checked by whoever wrote it. */
  readonly enrolment: unknown
  /** Keep, durably, who the parent says this device is. */
  keepEnrolment(enrolment: object): Promise<void>
  /** What was kept under a name, or `null`. Plain data, checked by whoever wrote it. */
  note(name: string): Promise<unknown>
  /** Keep something else, durably, that the device needs without a network. */
  keepNote(name: string, note: unknown): Promise<void>
  /** The journal of this life. Closing it closes the device. */
  readonly journal: JournalStore
  /**
   * End this life and begin the next: a new key, no enrolment, an empty journal. For a node whose
   * epoch was retired, or that is to be enrolled elsewhere. What was written stays, to be exported.
   */
  beginAnew(): Promise<BrowserDevice>
}

interface Life {
  readonly lifeId: string
  readonly keys: CryptoKeyPair
  readonly publicKey: string
  readonly enrolment: unknown
}

/**
 * Open this browser's device: one tab at a time, by a Web Lock. [JS10]
 *
 * Asks the browser to keep the storage, and writes a canary and reads it back before anything else,
 * so that a store that does not hold is known before the first lease. Throws `StorageFault`:
 * `locked` when another tab has it, `too_new`, `disk_full`, `corrupt` or `failed`.
 */
export async function openBrowserDevice(
  name: string,
  options: BrowserDeviceOptions = {},
): Promise<BrowserDevice> {
  const lock = await takeLock(name)
  try {
    const isPersisted = await navigator.storage.persist()
    const database = await openDatabase(name)
    database.onversionchange = () => database.close()
    await checkCanary(database, name)
    const marks = options.marks ?? localStorage
    const { life, head, condition } = await findLife(database, name, readMark(marks, name))
    const place = { name, database, lock, marks, isPersisted }
    return new OpenDevice(place, life, head, condition)
  } catch (error) {
    lock.release()
    throw browserErrorToFault(error, name, 'opening')
  }
}

async function checkCanary(database: IDBDatabase, name: string): Promise<void> {
  const canary = crypto.randomUUID()
  await writeDurably(database, ['device'], (transaction) => {
    transaction.objectStore('device').put(canary, 'canary')
  })
  const found: unknown = await readOnce(database, 'device', (store) => store.get('canary'))
  if (found === canary) return
  throw new StorageFault('failed', `storage ${name} does not give back what was written to it`)
}

async function findLife(
  database: IDBDatabase,
  name: string,
  mark: DeviceMark | null,
): Promise<{
  readonly life: Life
  readonly head: JournalHead
  readonly condition: DeviceCondition
}> {
  const lifeId: unknown = await readOnce(database, 'device', (store) => store.get('life'))
  const isKnown = typeof lifeId === 'string'
  if (isKnown) {
    const life = (await readOnce(database, 'life', (store) => store.get(lifeId))) as Life
    const head = await readHead({ database, name, lifeId })
    if (await isAsMarked(database, mark, life, head)) return { life, head, condition: 'whole' }
  }
  const life = await beginLife(database)
  const condition = isKnown ? 'rolled_back' : mark === null ? 'fresh' : 'lost'
  return { life, head: { sequence: 0, hash: '0'.repeat(64) }, condition }
}

/** A mark of an earlier life is one that was not moved yet when a new one began. */
async function isAsMarked(
  database: IDBDatabase,
  mark: DeviceMark | null,
  { lifeId }: Life,
  head: JournalHead,
): Promise<boolean> {
  if (mark === null) return true
  if (mark.lifeId === lifeId) return head.sequence >= mark.sequence
  const earlier: unknown = await readOnce(database, 'life', (store) => store.get(mark.lifeId))
  return earlier !== undefined
}

/** Make a key that cannot be read out, and begin an empty journal with it. */
async function beginLife(database: IDBDatabase): Promise<Life> {
  const keys = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])
  assert('privateKey' in keys, 'Ed25519 is a pair of keys')
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey))
  const life: Life = {
    lifeId: crypto.randomUUID(),
    keys,
    publicKey: bytesToBase64(raw),
    enrolment: null,
  }
  await writeDurably(database, ['device', 'life'], (transaction) => {
    transaction.objectStore('life').add(life)
    transaction.objectStore('device').put(life.lifeId, 'life')
  })
  return life
}

/** Notes lie beside what the device itself keeps, under names that it does not use. */
function noteKey(name: string): string {
  return `note/${name}`
}

interface DevicePlace {
  readonly name: string
  readonly database: IDBDatabase
  readonly lock: HeldLock
  readonly marks: MarkStorage
  readonly isPersisted: boolean
}

class OpenDevice implements BrowserDevice {
  readonly condition: DeviceCondition
  readonly isPersisted: boolean
  readonly journal: JournalStore
  readonly #place: DevicePlace
  readonly #news: BroadcastChannel
  #life: Life
  #closing: Promise<void> | null = null

  constructor(place: DevicePlace, life: Life, head: JournalHead, condition: DeviceCondition) {
    const { name, database, marks } = place
    const { lifeId } = life
    this.condition = condition
    this.isPersisted = place.isPersisted
    this.#place = place
    this.#life = life
    this.#news = newsOf(name)
    writeMark(marks, name, { lifeId, sequence: head.sequence })
    this.journal = new BrowserJournal({ database, name, lifeId }, head, {
      appended: (appended) => {
        writeMark(marks, name, { lifeId, sequence: appended.sequence })
        this.#news.postMessage(appended)
      },
      close: () => this[Symbol.asyncDispose](),
    })
  }

  get publicKey(): string {
    return this.#life.publicKey
  }

  get enrolment(): unknown {
    return this.#life.enrolment
  }

  async sign(message: Uint8Array): Promise<string> {
    const { privateKey } = this.#life.keys
    const bytes = await crypto.subtle.sign('Ed25519', privateKey, new Uint8Array(message))
    return bytesToBase64(new Uint8Array(bytes))
  }

  async keepEnrolment(enrolment: object): Promise<void> {
    const life = { ...this.#life, enrolment }
    try {
      await writeDurably(this.#place.database, ['life'], (transaction) => {
        transaction.objectStore('life').put(life)
      })
    } catch (error) {
      throw browserErrorToFault(error, this.#place.name, 'keeping the enrolment')
    }
    this.#life = life
  }

  async note(name: string): Promise<unknown> {
    const { database } = this.#place
    const found: unknown = await readOnce(database, 'device', (store) => store.get(noteKey(name)))
    return found ?? null
  }

  async keepNote(name: string, note: unknown): Promise<void> {
    try {
      await writeDurably(this.#place.database, ['device'], (transaction) => {
        transaction.objectStore('device').put(note, noteKey(name))
      })
    } catch (error) {
      throw browserErrorToFault(error, this.#place.name, `keeping the ${name}`)
    }
  }

  async beginAnew(): Promise<BrowserDevice> {
    const { name, database } = this.#place
    await this.journal.head()
    this.#news.close()
    this.#closing = Promise.resolve()
    try {
      const life = await beginLife(database)
      return new OpenDevice(this.#place, life, { sequence: 0, hash: '0'.repeat(64) }, 'fresh')
    } catch (error) {
      throw browserErrorToFault(error, name, 'beginning anew')
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#news.close()
    this.#place.database.close()
    this.#place.lock.release()
  }
}
