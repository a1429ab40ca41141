/** The members of an untrusted JSON object, before anything is known about them. */
export type Members = Readonly<Record<string, unknown>>

/** One check per member that an object must have. */
export type FieldChecks<T> = { readonly [Field in keyof T]-?: (value: unknown) => boolean }

/** Whether untrusted JSON is an object with members. */
export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The first member that is missing or fails its check, or that nobody asked for; `null` when the
 * object is exactly what was expected.
 */
export function findFieldInvalid<T>(members: Members, checks: FieldChecks<T>): string | null {
  for (const field in checks) {
    if (!Object.hasOwn(members, field) || !checks[field](members[field])) return field
  }
  return Object.keys(members).find((field) => !Object.hasOwn(checks, field)) ?? null
}

/** Whether a value is a whole number from 0 to 2^53 − 1. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
