import { z } from 'zod'

import { invalidParameter, type SandboxProblem } from './problem.ts'

/** A form value: text, a list, or values by name. */
export type FormValue = string | FormValue[] | { [name: string]: FormValue }

type FormBranch = Map<string, FormBranch | string>

const DEPTH_MAX = 6

/**
 * Parse Stripe's form encoding, where `metadata[key]=x` nests and `expand[0]=y` lists. Names are
 * keys of a map until the end, so that no name of a client can reach a prototype. [SB1]
 */
export function parseForm(text: string): FormValue {
  const root: FormBranch = new Map()
  for (const [name, value] of new URLSearchParams(text)) plant(root, name, value)
  return treeOf(root)
}

/** Parse a form by its schema, or refuse it the way Stripe does. */
export function parseParameters<T>(schema: z.ZodType<T>, text: string): T {
  const parsed = schema.safeParse(parseForm(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const path = issue?.path.map(String) ?? []
  if (issue?.code === 'unrecognized_keys') {
    const param = nameOf([...path, ...issue.keys.slice(0, 1)])
    throw invalidParameter(param, `Received unknown parameter: ${param}`, 'parameter_unknown')
  }
  const param = nameOf(path)
  if (issue?.code === 'invalid_type' && issue.message.includes('received undefined')) {
    throw invalidParameter(param, `Missing required param: ${param}.`, 'parameter_missing')
  }
  throw invalidParameter(param, `Invalid ${param}: ${issue?.message ?? 'not understood'}`)
}

/** A whole number as text, at least `least`. */
export function wholeNumber(least: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/, 'must be an integer')
    .transform(Number)
    .refine((value) => value >= least, `must be at least ${least}`)
}

/** `true` or `false` as text. */
export const truth = z.enum(['true', 'false']).transform((text) => text === 'true')

/** Stripe's limits: 50 keys of at most 40 characters, values of at most 500. */
export const metadata = z
  .record(z.string().max(40), z.string().max(500))
  .refine((values) => Object.keys(values).length <= 50, 'at most 50 keys')

/** What every list takes. */
export const listParameters = z.strictObject({
  limit: wholeNumber(1)
    .refine((limit) => limit <= 100, 'must be at most 100')
    .default(10),
  starting_after: z.string().optional(),
  expand: z.array(z.string()).default([]),
  created: z
    .strictObject({
      gte: wholeNumber(0).optional(),
      gt: wholeNumber(0).optional(),
      lte: wholeNumber(0).optional(),
      lt: wholeNumber(0).optional(),
    })
    .default({}),
})

function plant(root: FormBranch, name: string, value: string): void {
  const [head = '', ...rest] = name.split('[')
  const path = [head, ...rest.map((part) => part.replace(/\]$/, ''))]
  if (path.length > DEPTH_MAX) throw tooDeep(name)
  let branch = root
  for (const part of path.slice(0, -1)) {
    const next = branch.get(part)
    if (typeof next === 'string') throw tooDeep(name)
    const grown: FormBranch = next ?? new Map()
    branch.set(part, grown)
    branch = grown
  }
  const leaf = path.at(-1) ?? ''
  branch.set(leaf === '' ? String(branch.size) : leaf, value)
}

function treeOf(branch: FormBranch): FormValue {
  const entries = [...branch].map(([name, value]): [string, FormValue] => [
    name,
    typeof value === 'string' ? value : treeOf(value),
  ])
  const isList = entries.length > 0 && entries.every(([name], index) => name === String(index))
  return isList ? entries.map(([, value]) => value) : Object.fromEntries(entries)
}

function nameOf(path: readonly string[]): string {
  const [head = 'request', ...rest] = path
  return head + rest.map((part) => `[${part}]`).join('')
}

function tooDeep(name: string): SandboxProblem {
  return invalidParameter(name, `Invalid parameter name: ${name}`)
}
