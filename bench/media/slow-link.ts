import type { Socket } from 'node:net'

import { openTcpLink, type TcpLink } from '../../scripts/tcp-link.ts'

/** Put a link before a server: each way takes half the round trip, and connecting a whole one. */
export function openSlowLink(serverUrl: string, roundTripMs: number): Promise<TcpLink> {
  return openTcpLink(serverUrl, (near, far) => {
    carry(near, far, roundTripMs / 2, roundTripMs)
    carry(far, near, roundTripMs / 2, 0)
  })
}

/** Nothing goes before the handshake, which loopback does not feel. */
function carry(from: Socket, to: Socket, wayMs: number, handshakeMs: number): void {
  const openAtMs = performance.now() + handshakeMs
  let lastDueMs = 0
  const later = (work: () => void) => {
    const nowMs = performance.now()
    lastDueMs = Math.max(lastDueMs, nowMs + wayMs, openAtMs + wayMs)
    setTimeout(work, lastDueMs - nowMs)
  }
  from.on('data', (bytes) => later(() => to.write(bytes)))
  from.on('end', () => later(() => to.end()))
}
