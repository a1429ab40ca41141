import type { Operator, OperatorRole } from '@nightmarket/kernel'

import { defineCommand } from '../command-line/command.ts'
import { choice } from '../command-line/option.ts'
import { createPin, hashPin } from '../host/operator-pin.ts'
import { ask } from '../market/ask.ts'
import { connectCore, type Connection } from '../market/connect.ts'
import { Problem } from '../problem.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { marketOptions } from './server-options.ts'

const NAME = { name: 'NAME', about: 'the operator’s name, or id' } as const

/** `operator list`: who works at tills. */
export const operatorListCommand = defineCommand({
  name: 'operator list',
  summary: 'List who works at tills, and what they may do',
  options: marketOptions,
  examples: ['operator list'],
  async run({ values, terminal }) {
    await using connection = await connectCore(values)
    const { operators } = await ask(connection.client.v1.operators.$get())
    if (operators.length === 0) {
      const text = 'Nobody works at tills yet. nightmarket operator add NAME lets somebody.'
      return { json: { operators }, text }
    }
    const columns = [
      { title: 'Name', cell: (row: Operator) => row.name },
      { title: 'Role', cell: (row: Operator) => row.role },
      { title: 'Id', cell: (row: Operator) => row.operatorId },
    ]
    return { json: { operators }, text: table(operators, columns, terminal) }
  },
})

/** `operator add`: a name, a role, and a PIN that is told once. */
export const operatorAddCommand = defineCommand({
  name: 'operator add',
  summary: 'Let somebody work at tills, with a PIN that is told once',
  details:
    'A seller sells. A steward also hands back cash, asks for refunds, and gives up rescues. The ' +
    'PIN works at tills without a network; tills hear of it at their next contact.',
  arguments: [{ name: 'NAME', about: 'what people call them' }],
  options: { ...marketOptions, role: choice(['seller', 'steward'], 'What they may do') },
  examples: ['operator add Ada --role steward', 'operator add Ben'],
  async run({ values, arguments: [name], terminal }) {
    await using connection = await connectCore(values, { mayCreate: true })
    const role: OperatorRole = values.role ?? 'seller'
    const pin = createPin()
    const json = { name: name ?? '', role, pin: hashPin(pin) }
    const operator = await ask(connection.client.v1.operators.$post({ json }))
    return { json: { ...operator, pin }, text: tell(operator.name, role, pin, terminal) }
  },
})

/** `operator pin`: another PIN. */
export const operatorPinCommand = defineCommand({
  name: 'operator pin',
  summary: 'Give an operator another PIN, told once',
  arguments: [NAME],
  options: marketOptions,
  examples: ['operator pin Ada'],
  async run({ values, arguments: [wanted], terminal }) {
    await using connection = await connectCore(values)
    const { operatorId, name, role } = await findOperator(connection, wanted ?? '')
    const pin = createPin()
    const param = { operatorId }
    const { operators } = connection.client.v1
    await ask(operators[':operatorId'].pin.$put({ param, json: { pin: hashPin(pin) } }))
    return { json: { operatorId, name, role, pin }, text: tell(name, role, pin, terminal) }
  },
})

/** `operator remove`: off the list. */
export const operatorRemoveCommand = defineCommand({
  name: 'operator remove',
  summary: 'Take an operator off the list',
  details: 'Tills hear of it at their next contact. What they did stays theirs.',
  arguments: [NAME],
  options: marketOptions,
  examples: ['operator remove Ben'],
  async run({ values, arguments: [wanted] }) {
    await using connection = await connectCore(values)
    const { operatorId, name, role } = await findOperator(connection, wanted ?? '')
    await ask(connection.client.v1.operators[':operatorId'].$delete({ param: { operatorId } }))
    const text = `${name} works at no till any more, once it has heard of it.`
    return { json: { operatorId, name, role }, text }
  },
})

async function findOperator({ client }: Connection, wanted: string) {
  const { operators } = await ask(client.v1.operators.$get())
  const found = operators.filter(
    ({ name, operatorId }) =>
      (operatorId as string) === wanted ||
      name.toLowerCase() === wanted.toLowerCase(),
  )
  const [only, ...others] = found
  if (only !== undefined && others.length === 0) return only
  throw new Problem({
    code: 'operator_unknown',
    title:
      only === undefined
        ? `Nobody called "${wanted}" works at tills.`
        : `${found.length} operators are called "${wanted}".`,
    wayOut: 'Take the name, or the id where names are the same, from nightmarket operator list.',
  })
}

function tell(name: string, role: OperatorRole, pin: string, terminal: Terminal): string {
  return [
    `The PIN of ${name} (${role}) is ${terminal.paint('bold', pin)}`,
    '  It is told once and kept nowhere. Tills take it from their next contact on.',
  ].join('\n')
}
