import { hearKey, WEDGE_SILENT } from '@nightmarket/ui/till'

/**
 * Hear a barcode scanner that types, wherever the focus is. What it typed into a field is taken out
 * of it again, and its Enter presses no button. A code that is not taken stays in a field that it
 * was typed into: there it may be what somebody scanned it for. What it returns ends it.
 */
export function listenToWedge(
  take: (code: string) => boolean,
  onUnknown: (code: string) => void,
): () => void {
  let burst = WEDGE_SILENT
  const hear = (event: KeyboardEvent) => {
    const heard = hearKey(burst, event.key, event.timeStamp)
    ;({ burst } = heard)
    const { code } = heard
    if (code === null) return
    const field = event.target instanceof HTMLInputElement ? event.target : null
    const isSearch = field?.type === 'search'
    const isTaken = take(code)
    if (!isTaken && field !== null && !isSearch) return
    if (!isTaken) onUnknown(code)
    event.preventDefault()
    event.stopPropagation()
    if (field?.value.endsWith(code) === true) {
      field.value = field.value.slice(0, -code.length)
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
  }
  addEventListener('keydown', hear, { capture: true })
  return () => removeEventListener('keydown', hear, { capture: true })
}
