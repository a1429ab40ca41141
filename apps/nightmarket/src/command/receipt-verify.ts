import { resolve } from 'node:path'

import {
  isBase64Of,
  PUBLIC_KEY_BYTES,
  unpackText,
  verifyReceipt,
  type ReceiptProof,
  type ReceiptRejection,
} from '@nightmarket/kernel'

import { defineCommand, type Report } from '../command-line/command.ts'
import { readInput } from '../command-line/input.ts'
import { text, textOr } from '../command-line/option.ts'
import { createVerifier, openSigningKey, publicKeyOfPem, sha256 } from '../host/crypto.ts'
import { MARKET_FILES } from '../market/market-folder.ts'
import { readText } from '../market/secure-file.ts'
import { EXIT, Problem } from '../problem.ts'
import { money, time } from '../terminal/format.ts'
import { clean } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** `receipt verify`: what anyone can do offline, with the market's public key and nothing else. */
export const receiptVerifyCommand = defineCommand({
  name: 'receipt verify',
  summary: 'Check a receipt offline, with the market’s public key only',
  details:
    'FILE is the receipt alone, or the whole answer that an edge gave to an order. The key is ' +
    '--key, or else that of the market in --data; market.pub in its folder is for everybody. ' +
    'A receipt that proves nothing ends with exit code 1 and the step that failed.',
  arguments: [{ name: 'FILE', about: 'the receipt as JSON, or - for standard input' }],
  options: {
    key: text('KEY', 'The market’s public key: base64, or a file with base64 or PEM'),
    data: textOr('DIR', './market', 'The market whose key is taken without --key'),
  },
  examples: ['receipt verify receipt.json', 'receipt verify receipt.json --key market.pub'],
  async run({ values, arguments: [file], terminal }) {
    const key = values.key === null ? keyOfMarket(values.data) : readKey(values.key)
    const receipt = readReceipt(file ?? '-')
    const check = { digest: sha256, verify: createVerifier() }
    const verified = verifyReceipt(receipt, key, check)
    return verified.ok ? accepted(verified.value, terminal) : refused(verified.error, terminal)
  },
})

function accepted(proof: ReceiptProof, terminal: Terminal): Report {
  const { nodeId, epoch, entry, order, checkpoint } = proof
  const { orderId, lines, totalMinor, currency, state } = order
  const acceptedAtMs = entry.atMs
  const json = {
    verified: true,
    orderId,
    nodeId,
    epoch,
    sequence: entry.sequence,
    acceptedAtMs,
    order,
  }
  const rows = lines.map(
    ({ variantId, quantity, unitPriceMinor }) =>
      `    ${quantity} × ${clean(variantId)} at ${money(unitPriceMinor, currency)}`,
  )
  const head = terminal.paint('green', '✓ The receipt is genuine.')
  const text = [
    head,
    `  Order    ${orderId}, ${state}`,
    `  Total    ${money(totalMinor, currency)}`,
    ...rows,
    `  Accepted ${time(acceptedAtMs)} by ${nodeId} (epoch ${epoch})`,
    `  Proof    entry ${entry.sequence} of the ${checkpoint.size} that its checkpoint signs`,
  ].join('\n')
  return { json, text }
}

function refused(rejection: ReceiptRejection, terminal: Terminal): Report {
  const { code, ...facts } = rejection
  const told = Object.entries(facts).map(
    ([name, value]) => `  ${name}: ${clean(String(value), 200)}`,
  )
  const head = terminal.paint('red', `✗ This receipt proves nothing: ${REASONS[code]}.`)
  return {
    json: { verified: false, rejection },
    text: [head, `  code: ${code}`, ...told].join('\n'),
    exitCode: EXIT.failed,
  }
}

const REASONS: Readonly<Record<ReceiptRejection['code'], string>> = {
  receipt_malformed: 'it is not in the form of a receipt',
  certificate_malformed: 'its certificate is damaged',
  checkpoint_malformed: 'its checkpoint is damaged',
  certificate_not_signed_by_market: 'the node’s certificate is not signed by this market’s key',
  checkpoint_not_signed_by_node: 'the checkpoint is not signed by the node’s key',
  origin_mismatch: 'its parts speak of different journals',
  leaf_index_mismatch: 'the entry is not at the place that it claims',
  entry_type_mismatch: 'the entry is no accepted order',
  inclusion_not_proven: 'the entry is not in the journal that was signed',
  order_field_invalid: 'the order in it is damaged',
  entry_unreadable: 'the entry cannot be read',
  entry_field_invalid: 'the entry is damaged',
  entry_not_canonical: 'the entry is not spelled as it was signed',
}

function keyOfMarket(data: string): string {
  const file = MARKET_FILES.key(resolve(data))
  const pem = readText(file)
  if (pem !== null) return openSigningKey(pem).publicKey
  throw new Problem({
    code: 'market_key_missing',
    title: `There is no market key in ${resolve(data)}.`,
    wayOut: 'Give the market’s public key with --key, or its folder with --data DIR.',
  })
}

function readKey(given: string): string {
  const content = isBase64Of(given, PUBLIC_KEY_BYTES) ? given : (readText(given)?.trim() ?? null)
  const key = content === null ? null : toPublicKey(content)
  if (key !== null) return key
  throw new Problem({
    code: 'key_invalid',
    title: `"${clean(given)}" is no public key and names no file with one.`,
    wayOut: 'Give the 44 characters of base64, or a file with them or with PEM.',
  })
}

function toPublicKey(content: string): string | null {
  return isBase64Of(content, PUBLIC_KEY_BYTES) ? content : publicKeyOfPem(content)
}

/** The receipt alone, also out of the whole answer to an order. */
function receiptIn(value: unknown): unknown {
  const isAnswer = typeof value === 'object' && value !== null && 'receipt' in value
  return isAnswer ? value.receipt : value
}

/**
 * Read a receipt from a file or standard input: alone, in an edge's whole answer, or as the text
 * that a till's QR code has.
 */
export function readReceipt(file: string): unknown {
  const content = readInput(file)
  const packed = unpackText(content)
  if (packed !== null) return packed
  try {
    return receiptIn(JSON.parse(content))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new Problem({
      code: 'receipt_not_json',
      title: `${file === '-' ? 'Standard input' : file} is not JSON: ${error.message}.`,
      wayOut: 'Save the receipt exactly as the edge answered it.',
    })
  }
}
