import type { Terminal } from '../terminal/terminal.ts'
import { EXIT, usageProblem, type Problem } from '../problem.ts'
import type { Command, Report } from './command.ts'
import { errorToProblem, explain } from './error-to-problem.ts'
import { commandHelp, commandList, type Chapter } from './help.ts'
import { nearest } from './nearest.ts'
import { findCommand, parseCommand, type Parsed } from './parse.ts'

/** What a command line consists of, beside the words that were typed. */
export interface CommandLine {
  readonly chapters: readonly Chapter[]
  readonly version: string
  /** What `nightmarket` alone says. */
  readonly welcome: (terminal: Terminal) => Promise<Report>
  readonly terminal: Terminal
}

/**
 * Understand the words, run the command, print its report, and resolve with the exit code.
 *
 * Never rejects: a failure is printed as a sentence with its way out, and with `--json` as one
 * object `{ error }` on standard output.
 */
export async function runCommandLine(words: readonly string[], line: CommandLine): Promise<number> {
  const isJson = words.includes('--json')
  try {
    return await dispatch(words, line, isJson)
  } catch (error) {
    const problem = errorToProblem(error)
    if (isJson) line.terminal.write(JSON.stringify({ error: toMembers(problem) }))
    line.terminal.note(explain(problem, line.terminal))
    return problem.exitCode
  }
}

async function dispatch(
  words: readonly string[],
  line: CommandLine,
  isJson: boolean,
): Promise<number> {
  const [first = ''] = words
  if (first === '--version' || first === '-v') {
    return print({ json: { version: line.version }, text: line.version }, isJson, line.terminal)
  }
  if (first === '--help' || first === '-h' || first === 'help') return help(words, line, isJson)
  if (first === '' || first === '--json') {
    return print(await line.welcome(line.terminal), isJson, line.terminal)
  }
  const found = findCommand(words, commandsOf(line))
  if (found === null) return missingCommand(words, line, isJson)
  const parsed = parseCommand(found.command, found.rest)
  if (parsed.isHelp) return print(helpOf(found.command, line.terminal), isJson, line.terminal)
  return run(parsed, line.terminal)
}

async function run(parsed: Parsed, terminal: Terminal): Promise<number> {
  let exitCode: number | null = null
  const report = (said: Report) => {
    if (exitCode !== null) throw new Error('a command reports once')
    exitCode = print(said, parsed.isJson, terminal)
  }
  const invocation = { arguments: parsed.arguments, terminal, report }
  const returned = await parsed.command.run(parsed.texts, invocation)
  if (returned !== null) report(returned)
  return exitCode ?? 0
}

function print(report: Report, isJson: boolean, terminal: Terminal): number {
  terminal.write(isJson ? JSON.stringify(report.json) : report.text)
  return report.exitCode ?? 0
}

function help(words: readonly string[], line: CommandLine, isJson: boolean): number {
  const named = findCommand(words.slice(1), commandsOf(line))
  if (named !== null) return print(helpOf(named.command, line.terminal), isJson, line.terminal)
  const commands = commandsOf(line).map(({ name, summary }) => ({ name, summary }))
  const usage = 'nightmarket COMMAND [options]     nightmarket COMMAND --help'
  const text = `${commandList(line.chapters, line.terminal)}\n\n${usage}`
  return print({ json: { commands }, text }, isJson, line.terminal)
}

function helpOf(command: Command, terminal: Terminal): Report {
  const { name, summary, examples } = command
  const options = Object.entries(command.options).map(([option, { placeholder, about }]) => {
    return { name: option, placeholder, about }
  })
  const json = { name, summary, arguments: command.arguments, options, examples }
  return { json, text: commandHelp(command, terminal) }
}

/** `nightmarket show` names several commands; `nightmarket shwo` names none. */
function missingCommand(words: readonly string[], line: CommandLine, isJson: boolean): number {
  const commands = commandsOf(line)
  const [first = '', second = ''] = words
  const family = commands.filter(({ name }) => name.startsWith(`${first} `))
  if (family.length > 0 && (second === '' || second === '--help' || second === '-h')) {
    const title = `nightmarket ${first}`
    const text = commandList([{ title, commands: family }], line.terminal)
    const json = { commands: family.map(({ name, summary }) => ({ name, summary })) }
    return print({ json, text, exitCode: second === '' ? EXIT.usage : 0 }, isJson, line.terminal)
  }
  const typed = family.length > 0 ? `${first} ${second}` : first
  const meant = nearest(
    typed,
    commands.map(({ name }) => name),
  )
  throw usageProblem({
    code: 'command_unknown',
    title: `nightmarket has no command "${typed}".`,
    wayOut:
      meant === null
        ? 'See nightmarket --help for all commands.'
        : `Did you mean: nightmarket ${meant}?`,
  })
}

function commandsOf(line: CommandLine): readonly Command[] {
  return line.chapters.flatMap(({ commands }) => commands)
}

function toMembers({ code, title, detail, wayOut, facts }: Problem): object {
  return { code, title, detail, wayOut, ...(Object.keys(facts).length === 0 ? {} : { facts }) }
}
