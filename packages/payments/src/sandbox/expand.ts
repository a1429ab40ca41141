import { SandboxProblem } from './problem.ts'
import type { SandboxState } from './state.ts'

const DEPTH_MAX = 4

type Fields = Readonly<Record<string, unknown>>

/** Replace ids on an object by what they name, along `expand` paths such as `charge.refund`. */
export function expandObject(
  state: SandboxState,
  object: object,
  paths: readonly string[],
): object {
  return paths.reduce((expanded, path) => {
    const names = path.split('.')
    if (names.length > DEPTH_MAX) throw notExpandable(path)
    return expandPath(state, expanded, names, path)
  }, object)
}

/** The same for each object of a list, whose paths begin with `data`. */
export function expandList(
  state: SandboxState,
  items: readonly object[],
  paths: readonly string[],
): readonly object[] {
  const own = paths.map((path) => {
    if (!path.startsWith('data.')) throw notExpandable(path)
    return path.slice('data.'.length)
  })
  return items.map((item) => expandObject(state, item, own))
}

function expandPath(
  state: SandboxState,
  object: object,
  names: readonly string[],
  path: string,
): object {
  const [name, ...rest] = names
  if (name === undefined) return object
  if (!Object.hasOwn(object, name)) throw notExpandable(path)
  const value = (object as Fields)[name]
  if (value === null) return object
  const found = typeof value === 'string' ? findObject(state, value) : value
  if (typeof found !== 'object' || found === null) throw notExpandable(path)
  return { ...object, [name]: expandPath(state, found, rest, path) }
}

function findObject(state: SandboxState, id: string): object | undefined {
  switch (id.slice(0, id.indexOf('_'))) {
    case 'pi':
      return state.intents.get(id)
    case 'ch':
      return state.charges.get(id)
    case 'txn':
      return state.balance.get(id)
    case 're':
      return state.refunds.get(id)
    case 'pm':
      return state.methods.get(id)
    case 'du':
      return state.disputes.get(id)
    default:
      return undefined
  }
}

function notExpandable(path: string): SandboxProblem {
  const message = `This property cannot be expanded (${path}).`
  return new SandboxProblem(400, { type: 'invalid_request_error', message })
}
