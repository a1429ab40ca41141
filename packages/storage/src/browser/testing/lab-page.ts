import { assert, JOURNAL_EMPTY, utf8ToBytes, type Checkpoint } from '@nightmarket/kernel'

import { journalStoreContract } from '../../contract/journal-store.ts'
import { StorageFault } from '../../storage-fault.ts'
import { openBrowserDevice, openBrowserReader, type BrowserDevice } from '../index.ts'

/** What a tab in a test is asked to do: the code under test runs where it will run. */
let device: BrowserDevice | null = null

/** Run one case of the journal contract on a new device. */
export async function runCase(index: number): Promise<void> {
  const contract = journalStoreContract[index]
  assert(contract !== undefined, 'the case exists')
  await using fresh = await openBrowserDevice(`contract-${index}`)
  await contract.run(fresh.journal)
}

/** Open a device and say what was found, or the code of the fault. */
export async function open(name: string) {
  try {
    device = await openBrowserDevice(name)
    const { condition, publicKey, enrolment } = device
    return { condition, publicKey, enrolment, head: (await device.journal.head()).sequence }
  } catch (error) {
    if (error instanceof StorageFault) return { fault: error.code, message: error.message }
    throw error
  }
}

/** Close the device that this tab has open. */
export async function close(): Promise<void> {
  await opened()[Symbol.asyncDispose]()
  device = null
}

/** Append one entry with a text of so many characters; its sequence, or the fault's code. */
export async function append(length: number): Promise<number | string> {
  const { journal } = opened()
  try {
    const head = await journal.head()
    const sequence = head.sequence + 1
    const hash = String(sequence).padStart(64, '0')
    const entries = [{ sequence, hash, text: noise(length) }]
    const appended = await journal.append(head, { entries, checkpoint: checkpointAt(sequence) })
    return appended.ok ? appended.value.sequence : appended.error.code
  } catch (error) {
    if (error instanceof StorageFault) return error.code
    throw error
  }
}

/** Go on appending one entry after another, naming each once it is acknowledged. */
export async function appendForever(say: (sequence: number) => Promise<void>): Promise<void> {
  for (;;) await say(Number(await append(300)))
}

/** Where the journal ends, and whether every entry up to there is there. */
export async function audit(): Promise<{ readonly head: number; readonly isWhole: boolean }> {
  const { journal } = opened()
  const { sequence } = await journal.head()
  const entries = await journal.read({ after: 0, limit: sequence + 1 })
  const isWhole =
    entries.length === sequence && entries.every((entry, index) => entry.sequence === index + 1)
  return { head: sequence, isWhole }
}

/** Keep an enrolment. */
export async function enrol(enrolment: object): Promise<void> {
  await opened().keepEnrolment(enrolment)
}

/** Keep a note, and say once it is kept. */
export async function keepNote(name: string, note: unknown): Promise<void> {
  await opened().keepNote(name, note)
}

/** What was noted under a name. */
export async function note(name: string): Promise<unknown> {
  return opened().note(name)
}

/** Begin the device's next life. */
export async function beginAnew() {
  device = await opened().beginAnew()
  return { publicKey: device.publicKey, head: (await device.journal.head()).sequence }
}

/** Sign, and check with the browser's own verification; and try to read the key out. */
export async function tryKey(text: string) {
  const { publicKey } = opened()
  const signature = await opened().sign(utf8ToBytes(text))
  const raw = Uint8Array.from(atob(publicKey), (letter) => letter.charCodeAt(0))
  const key = await crypto.subtle.importKey('raw', raw, 'Ed25519', true, ['verify'])
  const bytes = Uint8Array.from(atob(signature), (letter) => letter.charCodeAt(0))
  const isValid = await crypto.subtle.verify('Ed25519', key, bytes, utf8ToBytes(text))
  return { isValid }
}

/** Whether any private key in the database lets itself be exported. */
export async function canExportKey(name: string): Promise<boolean> {
  const opening = indexedDB.open(name)
  await new Promise((resolve) => (opening.onsuccess = resolve))
  const lives = opening.result.transaction('life').objectStore('life').getAll()
  await new Promise((resolve) => (lives.onsuccess = resolve))
  opening.result.close()
  const exports = (lives.result as { keys: CryptoKeyPair }[]).map(({ keys }) =>
    crypto.subtle.exportKey('pkcs8', keys.privateKey).then(
      () => true,
      () => false,
    ),
  )
  return (await Promise.all(exports)).includes(true)
}

/** Watch a device that another tab sells with, until its next append. */
export async function watch(name: string): Promise<{ readonly head: number }> {
  const reader = await openBrowserReader(name)
  assert(reader !== null, 'there is a device')
  const next = new Promise<number>((resolve) => {
    reader.onAppended(({ sequence }) => resolve(sequence))
  })
  document.title = `watching from ${(await reader.head()).sequence}`
  const head = await next
  const entries = await reader.read({ after: 0, limit: head + 1 })
  assert(entries.length === head, 'what was told is there')
  await reader[Symbol.asyncDispose]()
  return { head }
}

/** Resolve when another tab has let the device go, and take it. */
export async function takeOver(name: string) {
  const reader = await openBrowserReader(name)
  assert(reader !== null, 'there is a device')
  document.title = 'waiting'
  await reader.untilFree(new AbortController().signal)
  await reader[Symbol.asyncDispose]()
  return open(name)
}

/** Lose the database, as a browser that needs room does, or a hand in the settings. */
export async function loseDatabase(name: string): Promise<void> {
  const deleting = indexedDB.deleteDatabase(name)
  await new Promise((resolve, reject) => {
    deleting.onsuccess = resolve
    deleting.onerror = reject
  })
}

/** Take away the newest entries, as a profile restored from a backup does. */
export async function forgetEntries(name: string, from: number): Promise<void> {
  const opening = indexedDB.open(name)
  await new Promise((resolve) => (opening.onsuccess = resolve))
  const database = opening.result
  const transaction = database.transaction(['entry', 'checkpoint'], 'readwrite')
  for (const store of ['entry', 'checkpoint'] as const) {
    const keys = transaction.objectStore(store).openKeyCursor()
    keys.onsuccess = () => {
      const cursor = keys.result
      if (cursor === null) return
      const [, position] = cursor.primaryKey as [string, number]
      if (position >= from) transaction.objectStore(store).delete(cursor.primaryKey)
      cursor.continue()
    }
  }
  await new Promise((resolve) => (transaction.oncomplete = resolve))
  database.close()
}

/** Text that does not compress. */
function noise(length: number): string {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += 65_536) {
    crypto.getRandomValues(bytes.subarray(at, at + 65_536))
  }
  return Array.from(bytes, (byte) => String.fromCharCode(0x30 + (byte % 64))).join('')
}

function opened(): BrowserDevice {
  assert(device !== null, 'this tab has the device open')
  return device
}

function checkpointAt(size: number): Checkpoint {
  assert(size > JOURNAL_EMPTY.sequence, 'a checkpoint signs something')
  const root = String(size).padStart(64, 'f')
  return { origin: 'nightmarket/lab/1', size, root, signature: `signature-${size}` }
}
