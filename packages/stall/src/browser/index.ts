export { defer, newId, readClocks, setTimer } from './browser-clock.ts'
export { checkPin } from './operator-pin.ts'
export { sha256 } from './sha256.ts'
export { verifySignature } from './verify-signature.ts'
