import { existsSync } from 'node:fs'

import {
  applyEvent,
  AssertionError,
  certificatePayload,
  createStallState,
  JournalCheck,
  MerkleTree,
  openEntry,
  type Checkpoint,
  type Hash,
  type JournalHead,
  type NodeCertificate,
  type SealedEntry,
  type StallEvent,
  type StallState,
} from '@nightmarket/kernel'
import { StorageFault } from '@nightmarket/storage'
import { openSqliteJournalReader, type SqliteJournalReader } from '@nightmarket/storage/sqlite'

import { createVerifier, sha256 } from '../host/crypto.ts'
import { EDGE_FILES, readEdgeIdentity } from '../market/edge-folder.ts'
import type { Findings } from './check.ts'

/** What an edge's journal says, once it was walked. */
export interface WalkedJournal {
  /** The edge's folder. */
  readonly folder: string
  /** `<nodeId>/<epoch>`. */
  readonly origin: string
  readonly certificate: NodeCertificate
  readonly head: JournalHead
  /** The hash of each entry, by its sequence minus one; '' where an entry is missing. */
  readonly hashes: readonly Hash[]
  /** The fold of all entries; only to the first damage when there is one. */
  readonly state: StallState
  readonly tree: MerkleTree
  readonly checkpoints: readonly Checkpoint[]
}

/**
 * Walk one edge's journal from its first entry, also while the edge sells on.
 *
 * - [VF1] Every damaged, missing or unsigned place is named by its position, and so is a file that
 *   cannot be read on; what comes before is still checked.
 * - [VF2] The node's certificate is the market's.
 * - [VF3] The entries fold into a stall: no unit is given twice, no lease goes below nothing.
 *
 * `null` when there is nothing to walk: an edge that never enrolled.
 */
export function walkEdgeJournal(
  folder: string,
  marketPublicKey: string | null,
  findings: Findings,
): WalkedJournal | null {
  const identity = readEdgeIdentity(folder)
  if (identity === null) return null
  const { certificate } = identity
  findings.cover('journals', 1)
  checkCertificate(certificate, marketPublicKey ?? identity.marketPublicKey, findings)
  const file = EDGE_FILES.journal(folder)
  if (!existsSync(file)) {
    findings.find(file, 'the journal of an enrolled edge is gone')
    return null
  }
  return orNull(file, findings, () => {
    using reader = openSqliteJournalReader(file)
    for (const damage of reader.damage()) findings.find(file, damage)
    return new Walk(folder, certificate, findings).read(reader)
  })
}

function checkCertificate(
  certificate: NodeCertificate,
  marketPublicKey: string,
  findings: Findings,
): void {
  const payload = certificatePayload(certificate)
  if (createVerifier()(marketPublicKey, payload, certificate.signature)) return
  const { nodeId, epoch } = certificate
  findings.find(`${nodeId}/${epoch}`, 'its certificate is not signed by the market’s key')
}

/** A file that cannot be opened is a finding like any other. */
function orNull<T>(file: string, findings: Findings, work: () => T): T | null {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof StorageFault)) throw error
    findings.find(file, error.message)
    return null
  }
}

class Walk {
  readonly #folder: string
  readonly #certificate: NodeCertificate
  readonly #findings: Findings
  readonly #check: JournalCheck
  readonly #hashes: Hash[] = []
  readonly #checkpoints: Checkpoint[] = []
  readonly #tree = new MerkleTree(sha256)
  readonly #state: StallState
  #isFolding = true

  constructor(folder: string, certificate: NodeCertificate, findings: Findings) {
    const { nodeId, epoch, publicKey } = certificate
    this.#folder = folder
    this.#certificate = certificate
    this.#findings = findings
    const verify = createVerifier()
    this.#check = new JournalCheck({ nodeId, epoch, publicKey, digest: sha256, verify })
    this.#state = createStallState(nodeId, epoch)
  }

  get #origin(): string {
    return `${this.#certificate.nodeId}/${this.#certificate.epoch}`
  }

  read(reader: SqliteJournalReader): WalkedJournal {
    const checkpoints = this.#whole(reader.checkpoints())
    let next = checkpoints.next()
    for (const entry of this.#whole(reader.entries())) {
      for (; next.done !== true && next.value.size < entry.sequence; next = checkpoints.next()) {
        this.#takeCheckpoint(next.value)
      }
      this.#takeEntry(entry)
    }
    for (; next.done !== true; next = checkpoints.next()) this.#takeCheckpoint(next.value)
    return this.#finish()
  }

  #takeCheckpoint(checkpoint: Checkpoint): void {
    this.#check.addCheckpoint(checkpoint)
    this.#checkpoints.push(checkpoint)
  }

  #takeEntry(entry: SealedEntry): void {
    this.#check.addEntry(entry)
    const isNext = entry.sequence === this.#hashes.length + 1
    while (this.#hashes.length < entry.sequence - 1) this.#hashes.push('')
    this.#hashes[entry.sequence - 1] = entry.hash
    if (!isNext) this.#isFolding = false
    if (this.#isFolding) this.#fold(entry)
  }

  #fold({ sequence, hash, text }: SealedEntry): void {
    const opened = openEntry(text)
    if (!opened.ok) {
      this.#isFolding = false
      return
    }
    const { type, body, atMs, monotonicMs } = opened.value
    try {
      // A journal of ours holds events of ours; what is none is a defect that the fold names.
      const event = { type, body } as unknown as StallEvent
      applyEvent(this.#state, event, { atMs, monotonicMs })
      this.#tree.append(hash)
    } catch (error) {
      if (!(error instanceof AssertionError) && !(error instanceof TypeError)) throw error
      this.#isFolding = false
      this.#findings.find(this.#origin, `entry ${sequence} does not follow: ${error.message}`)
    }
  }

  #finish(): WalkedJournal {
    const report = this.#check.report()
    this.#findings.cover('entries', report.entryCount)
    this.#findings.cover('checkpoints', report.checkpointCount)
    for (const violation of report.violations) {
      this.#findings.find(this.#origin, describeViolation(violation))
    }
    return {
      folder: this.#folder,
      origin: this.#origin,
      certificate: this.#certificate,
      head: report.head,
      hashes: this.#hashes,
      state: this.#state,
      tree: this.#tree,
      checkpoints: this.#checkpoints,
    }
  }

  /** What can still be read; where reading ends early is a finding. */
  *#whole<T>(rows: Iterable<T>): Generator<T> {
    const ended = orNull(this.#folder, this.#findings, () => rows[Symbol.iterator]())
    for (;;) {
      const row = ended === null ? null : orNull(this.#folder, this.#findings, () => ended.next())
      if (row === null || row.done === true) return
      yield row.value
    }
  }
}

/** A violation in a line: its code in words, then its facts. */
function describeViolation({ code, ...facts }: { readonly code: string }): string {
  const told = Object.entries(facts).map(([name, value]) => `${name} ${String(value)}`)
  return `${code.replaceAll('_', ' ')}: ${told.join(', ')}`
}
