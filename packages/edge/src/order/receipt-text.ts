import type { Receipt } from '@nightmarket/kernel'

/**
 * Write receipts as JSON, with the parts that many of them share written once: the certificate is
 * one per epoch, and a checkpoint is one per batch. [ED6]
 */
export function createReceiptWriter(): (receipt: Receipt) => string {
  const certificateText = remember<Receipt['certificate']>()
  const checkpointText = remember<Receipt['checkpoint']>()
  return ({ format, entry, leafIndex, path, checkpoint, certificate }) =>
    `{"format":"${format}","entry":${JSON.stringify(entry)},"leafIndex":${leafIndex}` +
    `,"path":${hashesText(path)},"checkpoint":${checkpointText(checkpoint)}` +
    `,"certificate":${certificateText(certificate)}}`
}

/** Hexadecimal has nothing to escape. */
function hashesText(hashes: readonly string[]): string {
  return hashes.length === 0 ? '[]' : `["${hashes.join('","')}"]`
}

/** The text of the latest value; receipts of one batch are asked for together. */
function remember<Value extends object>(): (value: Value) => string {
  let latest: Value | null = null
  let text = ''
  return (value) => {
    if (value !== latest) {
      latest = value
      text = JSON.stringify(value)
    }
    return text
  }
}
