import { bytesToHex, utf8ToBytes, type Digest, type WalletId } from '@nightmarket/kernel'

/**
 * A wallet's id, from the secret that its device made. Journals and receipts name the wallet by the
 * hash, so that who reads one cannot spend from it. [ED8]
 */
export function walletIdOf(walletKey: string, digest: Digest): WalletId {
  const text = bytesToHex(digest(utf8ToBytes(`nightmarket-wallet/1\n${walletKey}`)))
  return text as WalletId
}
