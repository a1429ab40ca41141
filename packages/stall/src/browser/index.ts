export { defer, newId, readClocks, setTimer } from './browser-clock.ts'
export { sha256 } from './sha256.ts'
export { verifySignature } from './verify-signature.ts'
