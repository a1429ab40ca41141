import { parseArgs } from 'node:util'

import { usageProblem } from '../problem.ts'
import type { Command, OptionTexts } from './command.ts'
import { nearest } from './nearest.ts'

/** What every command takes beside its own options. */
export const COMMON_OPTIONS = {
  json: 'Print one JSON object on standard output, everything else on standard error',
  help: 'Print this',
} as const

/** A command line, understood. */
export interface Parsed {
  readonly command: Command
  readonly texts: OptionTexts
  readonly arguments: readonly (string | null)[]
  readonly isJson: boolean
  readonly isHelp: boolean
}

/** Find the command that the first words name: the longest name wins. `null` when none does. */
export function findCommand(
  words: readonly string[],
  commands: readonly Command[],
): { readonly command: Command; readonly rest: readonly string[] } | null {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ')
    const command = commands.find((candidate) => candidate.name === name)
    if (command !== undefined) return { command, rest: words.slice(length) }
  }
  return null
}

/** Understand the words after a command's name, or throw a `Problem` that says what is wrong. */
export function parseCommand(command: Command, words: readonly string[]): Parsed {
  const { tokens } = parseArgs({
    args: [...words],
    options: optionsOf(command),
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const texts = new Map<string, string>()
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind === 'option') texts.set(token.name, textOf(command, token, texts))
  }
  const isHelp = texts.has('help')
  return {
    command,
    texts,
    arguments: isHelp ? [] : checkArguments(command, positionals),
    isJson: texts.has('json'),
    isHelp,
  }
}

function optionsOf(command: Command) {
  const own = Object.entries(command.options).map(([name, { placeholder }]) => {
    return [name, { type: placeholder === null ? 'boolean' : 'string' }] as const
  })
  return Object.fromEntries([
    ...own,
    ['json', { type: 'boolean' }] as const,
    ['help', { type: 'boolean', short: 'h' }] as const,
  ])
}

interface OptionToken {
  readonly name: string
  readonly rawName: string
  readonly value?: string | undefined
}

function textOf(command: Command, token: OptionToken, texts: OptionTexts): string {
  const { name, rawName, value } = token
  const option = command.options[name]
  if (option === undefined && !(name in COMMON_OPTIONS)) throw unknownOption(command, rawName)
  if (texts.has(name)) {
    throw usage(command, 'option_repeated', `${rawName} was given twice.`, 'Give it once.')
  }
  const placeholder = option?.placeholder ?? null
  if (placeholder === null) {
    if (value === undefined) return ''
    throw usage(command, 'option_invalid', `${rawName} takes no value.`, `Give ${rawName} alone.`)
  }
  // `--port --json` forgot the value; `--note=--odd` says that it is meant.
  if (value === undefined) {
    throw usage(
      command,
      'option_empty',
      `${rawName} needs a value.`,
      `Give ${rawName} ${placeholder}.`,
    )
  }
  return value
}

function unknownOption(command: Command, rawName: string): Error {
  const names = [...Object.keys(command.options), ...Object.keys(COMMON_OPTIONS)]
  const meant = nearest(rawName.replace(/^-+/, ''), names)
  const title = `nightmarket ${command.name} has no option ${rawName}.`
  const help = `See nightmarket ${command.name} --help.`
  return usage(command, 'option_unknown', title, meant === null ? help : `Did you mean --${meant}?`)
}

function checkArguments(
  command: Command,
  positionals: readonly string[],
): readonly (string | null)[] {
  const extra = positionals[command.arguments.length]
  if (extra !== undefined) {
    const title = `nightmarket ${command.name} does not know what to do with "${extra}".`
    throw usage(command, 'argument_unexpected', title, `See nightmarket ${command.name} --help.`)
  }
  return command.arguments.map(({ name, about, isOptional = false }, index) => {
    const given = positionals[index]
    if (given === undefined && !isOptional) {
      const title = `nightmarket ${command.name} needs ${name}: ${about}.`
      throw usage(
        command,
        'argument_missing',
        title,
        `For example: nightmarket ${command.examples[0]}`,
      )
    }
    return given ?? null
  })
}

function usage(command: Command, code: string, title: string, wayOut: string): Error {
  return usageProblem({ code, title, wayOut: wayOut || `See nightmarket ${command.name} --help.` })
}
