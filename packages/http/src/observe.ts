/** Where lines go. Facts first, then one sentence; never an id of a buyer, a token or a query. */
export interface Log {
  debug(facts: object, message: string): void
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** A log that keeps nothing: for apps that are called without a server. */
export const LOG_NONE: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

/** One answered request, without anything that could name a person. */
export interface AccessRecord {
  readonly method: string
  /** The route's pattern, never the address, which holds ids. `none` when none matched. */
  readonly route: string
  readonly status: number
  readonly durationMs: number
}

/** What an app counts, and how it is scraped. */
export interface Metrics {
  observeRequest(record: AccessRecord): void
  /** The Prometheus text of this app's own registry. */
  scrape(): Promise<{ readonly contentType: string; readonly body: string }>
}

/** A number that is read when somebody scrapes. */
export interface GaugeSource {
  /** Prometheus name, with its unit last: `stall_unsynced_entries`. */
  readonly name: string
  readonly help: string
  /** The labels that its samples carry; absent for a single number. */
  readonly labelNames?: readonly string[]
  readonly read: () => GaugeValue | Promise<GaugeValue>
}

/** One number, or one for each combination of labels. */
export type GaugeValue = number | readonly GaugeSample[]

/** One number of several under a name, told apart by its labels. */
export interface GaugeSample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}
