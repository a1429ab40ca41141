/** The lock of the one tab that writes. It ends with the tab, however that ends. */
export function lockNameOf(name: string): string {
  return `nightmarket/${name}`
}

/** Where the tab that writes tells the others that the journal grew. */
export function newsOf(name: string): BroadcastChannel {
  return new BroadcastChannel(`nightmarket/${name}`)
}
