import { usageProblem } from '../problem.ts'

/**
 * One option of a command: what the help says, and how its text becomes a value.
 *
 * `read` gets `null` when the option was not given, and throws a `Problem` that names it when the
 * text is no such value.
 */
export interface Option<T> {
  /** What stands for the value in the help, such as `DIR`; `null` for a switch. */
  readonly placeholder: string | null
  readonly about: string
  readonly read: (text: string | null, name: string) => T
}

/** Options by their name without the dashes. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>

/** The values that a table's options have after parsing. */
export type ValuesOf<Options extends OptionTable> = {
  readonly [Name in keyof Options]: Options[Name] extends Option<infer T> ? T : never
}

/** A switch: there or not. */
export function flag(about: string): Option<boolean> {
  return { placeholder: null, about, read: (text) => text !== null }
}

/** A text that may be left out. */
export function text(placeholder: string, about: string): Option<string | null> {
  return { placeholder, about, read: (given, name) => (given === null ? null : full(given, name)) }
}

/** A text with a default, which the help shows. */
export function textOr(placeholder: string, fallback: string, about: string): Option<string> {
  const described = `${about} (default: ${fallback})`
  return { placeholder, about: described, read: (given, name) => full(given ?? fallback, name) }
}

/** A whole number that may be left out. */
export function integer(
  placeholder: string,
  range: { readonly min: number; readonly max: number },
  about: string,
): Option<number | null> {
  return {
    placeholder,
    about,
    read: (given, name) => (given === null ? null : parseInteger(given, range, name)),
  }
}

/** A whole number with a default, which the help shows. */
export function integerOr(
  placeholder: string,
  fallback: number,
  range: { readonly min: number; readonly max: number },
  about: string,
): Option<number> {
  return {
    placeholder,
    about: `${about} (default: ${fallback})`,
    read: (given, name) => (given === null ? fallback : parseInteger(given, range, name)),
  }
}

/** One of a few words, or left out. */
export function choice<const Word extends string>(
  words: readonly Word[],
  about: string,
): Option<Word | null> {
  return {
    placeholder: 'WORD',
    about: `${about}: ${words.join(', ')}`,
    read(given, name) {
      const word = words.find((candidate) => candidate === given)
      if (given !== null && word === undefined) {
        throw valueProblem(name, given, `Give one of: ${words.join(', ')}.`)
      }
      return word ?? null
    },
  }
}

/** Refuse the value of an option: names the option, the value and what it takes. */
export function valueProblem(name: string, value: string, wayOut: string): Error {
  const title = `--${name} does not take "${value}".`
  return usageProblem({ code: 'option_invalid', title, wayOut })
}

function full(given: string, name: string): string {
  if (given !== '') return given
  throw valueProblem(name, given, 'Give it a value, or leave the option out.')
}

function parseInteger(
  given: string,
  { min, max }: { readonly min: number; readonly max: number },
  name: string,
): number {
  const value = Number(given)
  if (/^-?\d+$/.test(given) && value >= min && value <= max) return value
  throw valueProblem(name, given, `Give a whole number from ${min} to ${max}.`)
}
