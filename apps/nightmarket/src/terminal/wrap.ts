/** Break text at spaces so that no line is longer than `columns`; indents and line breaks stay. */
export function wrap(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, columns))
    .join('\n')
}

function wrapLine(line: string, columns: number): string {
  const indent = /^ */.exec(line)?.[0] ?? ''
  const lines: string[] = []
  let current = ''
  for (const word of line.trim().split(' ')) {
    const longer = current === '' ? indent + word : `${current} ${word}`
    if (longer.length > columns && current !== '') {
      lines.push(current)
      current = indent + word
    } else {
      current = longer
    }
  }
  return [...lines, current].join('\n')
}
