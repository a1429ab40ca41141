import type { Terminal } from '../terminal/terminal.ts'
import type { OptionTable, ValuesOf } from './option.ts'

/** What a command came to. */
export interface Report {
  /** The one object that `--json` prints. */
  readonly json: object
  /** The same for people; empty when everything was said on the way. */
  readonly text: string
  /** 0 when absent. */
  readonly exitCode?: number
}

/** One word after the command's name. */
export interface Argument {
  /** As the help shows it, such as `FILE.csv`. */
  readonly name: string
  readonly about: string
  readonly isOptional?: boolean
}

/** One use of a command: what was typed, read and checked. */
export interface Call<Options extends OptionTable> {
  readonly values: ValuesOf<Options>
  /** As many as the command has arguments; `null` for an optional one that is missing. */
  readonly arguments: readonly (string | null)[]
  readonly terminal: Terminal
  /** Print the report now, for a command that goes on after it. At most once. */
  readonly report: (report: Report) => void
}

/** What a command's file states. */
export interface CommandSpec<Options extends OptionTable> {
  /** One or two words: `import`, `show apply`. */
  readonly name: string
  /** One sentence for the list of commands. */
  readonly summary: string
  /** More for `--help`. */
  readonly details?: string
  readonly arguments?: readonly Argument[]
  readonly options: Options
  /** Whole command lines without `nightmarket`; at least one. */
  readonly examples: readonly string[]
  /** Resolves with the report, or `null` when `call.report` was used. Throws `Problem`. */
  readonly run: (call: Call<Options>) => Promise<Report | null>
}

/** The texts that a command line gave, by option name. A switch has the empty text. */
export type OptionTexts = ReadonlyMap<string, string>

/** What of a call the command line gives to every command. */
export type Invocation = Pick<Call<OptionTable>, 'arguments' | 'terminal' | 'report'>

/** A command as the command line knows it, whatever its options. */
export interface Command extends Omit<CommandSpec<OptionTable>, 'run' | 'arguments'> {
  readonly arguments: readonly Argument[]
  readonly run: (texts: OptionTexts, invocation: Invocation) => Promise<Report | null>
}

/** State a command. Its `run` gets values of the types that its options have. */
export function defineCommand<const Options extends OptionTable>(
  spec: CommandSpec<Options>,
): Command {
  return {
    ...spec,
    arguments: spec.arguments ?? [],
    run(texts, invocation) {
      const read = Object.entries(spec.options).map(([name, option]) => {
        return [name, option.read(texts.get(name) ?? null, name)] as const
      })
      return spec.run({ ...invocation, values: Object.fromEntries(read) as ValuesOf<Options> })
    },
  }
}
