import type { Core } from '../core.ts'

/** What an audit reads: it writes nothing and asks no processor. */
export type AuditedCore = Pick<Core, 'books' | 'nowMs' | 'digest' | 'verify'>
