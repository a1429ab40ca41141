/** Why a camera shows nothing, as the person who holds the tablet can mend it. */
export type CameraTrouble = 'denied' | 'absent' | 'busy' | 'insecure' | 'failed'

const TROUBLES: Readonly<Record<string, CameraTrouble>> = {
  NotAllowedError: 'denied',
  NotFoundError: 'absent',
  OverconstrainedError: 'absent',
  NotReadableError: 'busy',
  AbortError: 'busy',
  SecurityError: 'insecure',
}

/** What a browser's refusal of a camera means. [SV1] */
export function cameraTroubleOf(error: unknown): CameraTrouble {
  return (error instanceof Error ? TROUBLES[error.name] : undefined) ?? 'failed'
}

/** How long the same code in front of the camera is one scan. */
export const SAME_CODE_MS = 2_000

/** What was seen, and when it was last seen, on the tab's monotonic clock. */
export interface Seen {
  readonly text: string
  readonly atMs: number
}

/** Whether a code in a frame is a new scan, and not the one that is still held there. [SV2] */
export function isNewScan(last: Seen | null, { text, atMs }: Seen): boolean {
  return last === null || last.text !== text || atMs - last.atMs > SAME_CODE_MS
}
