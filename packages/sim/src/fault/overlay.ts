/** Settings that faults lie over for a while: what ends uncovers what is still under way. */
export class Overlay<T extends object> {
  readonly #quiet: T
  readonly #apply: (settings: T) => void
  readonly #layers: Partial<T>[] = []

  constructor(quiet: T, apply: (settings: T) => void) {
    this.#quiet = quiet
    this.#apply = apply
  }

  /** Put a layer on; the returned function takes it off. */
  put(layer: Partial<T>): () => void {
    this.#layers.push(layer)
    this.#show()
    return () => {
      const place = this.#layers.indexOf(layer)
      if (place >= 0) this.#layers.splice(place, 1)
      this.#show()
    }
  }

  /** Take everything off. */
  clear(): void {
    this.#layers.length = 0
    this.#show()
  }

  #show(): void {
    this.#apply(Object.assign({}, this.#quiet, ...this.#layers) as T)
  }
}
