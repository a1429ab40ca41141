import type { BuyerPass } from '@nightmarket/kernel'

/** Where a device that is remembered keeps its pass. */
const MEMORY = 'nightmarket-pass'

/** Whether pages here may have passkeys: browsers want a name, and a way that nobody changes. */
export function mayHavePasskeys(): boolean {
  const { hostname } = location
  return isSecureContext && 'PublicKeyCredential' in globalThis && !/^[\d.]+$|^\[/.test(hostname)
}

/** The pass of whoever is remembered on this device, while it is good on this page. */
export function keptPass(): BuyerPass | null {
  const text = localStorage.getItem(MEMORY)
  const pass = text === null ? null : (JSON.parse(text) as BuyerPass)
  const isGood = pass !== null && pass.origin === location.origin && Date.now() < pass.expiresAtMs
  return isGood && mayHavePasskeys() ? pass : null
}

/** Keep a pass, or forget it. */
export function keepPass(pass: BuyerPass | null): void {
  if (pass === null) localStorage.removeItem(MEMORY)
  else localStorage.setItem(MEMORY, JSON.stringify(pass))
}
