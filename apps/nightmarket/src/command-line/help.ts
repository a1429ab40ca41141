import type { Terminal } from '../terminal/terminal.ts'
import { wrap } from '../terminal/wrap.ts'
import type { Command } from './command.ts'
import { COMMON_OPTIONS } from './parse.ts'

/** A chapter of the list of commands. */
export interface Chapter {
  readonly title: string
  readonly commands: readonly Command[]
}

/** What a command does, takes and looks like in use. */
export function commandHelp(command: Command, terminal: Terminal): string {
  const { name, summary, details, examples } = command
  const words = command.arguments.map((argument) =>
    argument.isOptional === true ? `[${argument.name}]` : argument.name,
  )
  const usage = ['nightmarket', name, ...words, '[options]'].join(' ')
  const parts = [
    wrap(`${summary}.`, terminal.columns),
    ...(details === undefined ? [] : [wrap(details, terminal.columns)]),
    `${terminal.paint('bold', 'Usage')}\n  ${usage}`,
    ...section(
      'Arguments',
      command.arguments.map(({ name, about }) => [name, about]),
      terminal,
    ),
    ...section('Options', optionRows(command), terminal),
    `${terminal.paint('bold', examples.length > 1 ? 'Examples' : 'Example')}\n${examples
      .map((example) => `  nightmarket ${example}`)
      .join('\n')}`,
  ]
  return parts.join('\n\n')
}

/** All commands by chapter, one line each. */
export function commandList(chapters: readonly Chapter[], terminal: Terminal): string {
  const width = Math.max(
    ...chapters.flatMap(({ commands }) => commands.map(({ name }) => name.length)),
  )
  return chapters
    .map(({ title, commands }) => {
      const rows = commands.map(({ name, summary }) => [name, summary] as const)
      return `${terminal.paint('bold', title)}\n${columns(rows, width, terminal)}`
    })
    .join('\n\n')
}

function optionRows(command: Command): readonly (readonly [string, string])[] {
  const own = Object.entries(command.options).map(([name, { placeholder, about }]) => {
    return [placeholder === null ? `--${name}` : `--${name} ${placeholder}`, about] as const
  })
  const common = Object.entries(COMMON_OPTIONS).map(
    ([name, about]) => [`--${name}`, about] as const,
  )
  return [...own, ...common]
}

function section(
  title: string,
  rows: readonly (readonly [string, string])[],
  terminal: Terminal,
): readonly string[] {
  if (rows.length === 0) return []
  const width = Math.max(...rows.map(([left]) => left.length))
  return [`${terminal.paint('bold', title)}\n${columns(rows, width, terminal)}`]
}

function columns(
  rows: readonly (readonly [string, string])[],
  width: number,
  terminal: Terminal,
): string {
  const indent = ' '.repeat(width + 4)
  return rows
    .map(([left, right]) => {
      const text = wrap(right, Math.max(30, terminal.columns - width - 4))
      return `  ${left.padEnd(width)}  ${text.replaceAll('\n', `\n${indent}`)}`
    })
    .join('\n')
}
