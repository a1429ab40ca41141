const seen = new WeakSet<HTMLElement>()

/**
 * As a `ref`: gives the focus to an element when it appears, and never again, so that a sale goes
 * from Enter to Enter, and a screen that is drawn anew takes no focus away.
 */
export function focusOnce(element: HTMLElement | null): void {
  if (element === null || seen.has(element)) return
  seen.add(element)
  element.focus()
}
