type Child = Node | string | null | false

/** Attributes and listeners of a new element; `null` and `false` leave one out. */
export type Attributes = Readonly<
  Record<string, string | number | boolean | null | ((event: Event) => void)>
>

/** Make an element. Texts become text nodes: nothing that somebody typed is ever markup. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(key, value)
    else if (value !== null && value !== false)
      made.setAttribute(key, value === true ? '' : `${value}`)
  }
  made.append(
    ...children.filter((child): child is Node | string => child !== null && child !== false),
  )
  return made
}
