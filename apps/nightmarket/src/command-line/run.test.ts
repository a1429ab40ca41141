import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'

import { Problem } from '../problem.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { defineCommand } from './command.ts'
import { choice, flag, integerOr, text } from './option.ts'
import { runCommandLine } from './run.ts'

const sell = defineCommand({
  name: 'sell',
  summary: 'Sell things',
  arguments: [{ name: 'THING', about: 'what to sell' }],
  options: {
    count: integerOr('N', 1, { min: 1, max: 9 }, 'How many'),
    to: text('NAME', 'To whom'),
    colour: choice(['red', 'blue'], 'The colour'),
    gift: flag('As a gift'),
  },
  examples: ['sell mug --count 2'],
  async run({ values, arguments: [thing] }) {
    if (thing === 'nothing') {
      throw new Problem({ code: 'no_thing', title: 'There is nothing.', wayOut: 'Sell something.' })
    }
    if (thing === 'defect') throw new TypeError('x is not a function')
    return { json: { thing, ...values }, text: `sold ${thing}`, exitCode: values.gift ? 3 : 0 }
  },
})
const showList = defineCommand({
  name: 'show list',
  summary: 'List shows',
  options: {},
  examples: ['show list'],
  run: async () => ({ json: {}, text: 'no shows' }),
})

test('a command gets typed values, and its report is printed for people', async () => {
  deepEqual(await type('sell mug'), { exitCode: 0, out: 'sold mug\n', error: '' })
  equal((await type('sell mug --gift')).exitCode, 3)
})

test('--json prints the report as one object', async () => {
  const { out } = await type('sell mug --count=2 --to Ada --colour red --json')
  deepEqual(JSON.parse(out), { thing: 'mug', count: 2, to: 'Ada', colour: 'red', gift: false })
})

test('every wrong command line is answered with a way out, and exit code 2', async () => {
  const wrong: readonly (readonly [words: string, said: RegExp])[] = [
    ['sel mug', /no command "sel"[^]*Did you mean: nightmarket sell\?/],
    ['show lits', /no command "show lits"[^]*Did you mean: nightmarket show list\?/],
    ['xyzzy', /no command "xyzzy"[^]*--help/],
    ['sell', /needs THING: what to sell[^]*sell mug --count 2/],
    ['sell mug pot', /what to do with "pot"/],
    ['sell mug --cuont 2', /no option --cuont[^]*Did you mean --count\?/],
    ['sell mug --count', /--count needs a value/],
    ['sell mug --count 2 --count 3', /--count was given twice/],
    ['sell mug --count ten', /--count does not take "ten"[^]*from 1 to 9/],
    ['sell mug --count 10', /--count does not take "10"/],
    ['sell mug --colour green', /--colour does not take "green"[^]*red, blue/],
    ['sell mug --gift=yes', /--gift takes no value/],
    ['sell mug --to=', /--to does not take ""/],
  ]
  for (const [words, said] of wrong) {
    const { exitCode, out, error } = await type(words)
    equal(exitCode, 2, words)
    equal(out, '', words)
    match(error, said, words)
  }
})

test('a failure is a sentence on standard error, and with --json an object as well', async () => {
  const { exitCode, out, error } = await type('sell nothing --json')
  equal(exitCode, 1)
  const problem = { code: 'no_thing', title: 'There is nothing.', detail: null }
  deepEqual(JSON.parse(out), { error: { ...problem, wayOut: 'Sell something.' } })
  match(error, /✗ There is nothing\.\n {2}→ Sell something\./)
})

test('a defect says so, without a stack, and ends with exit code 70', async () => {
  const { exitCode, error } = await type('sell defect')
  equal(exitCode, 70)
  match(error, /defect[^]*x is not a function[^]*NIGHTMARKET_DEBUG=1/)
  equal(/\n\s+at /.test(error), false)
})

test('help lists the commands, and shows what one takes with an example', async () => {
  match((await type('--help')).out, /sell +Sell things\n +show list +List shows/)
  match((await type('sell --help')).out, /--count N +How many \(default: 1\)[^]*sell mug --count 2/)
  equal((await type('help sell')).out, (await type('sell --help')).out)
  const { out, exitCode } = await type('show')
  match(out, /show list +List shows/)
  equal(exitCode, 2)
  equal((await type('--version')).out, '1.2.3\n')
  equal((await type('')).out, 'hello\n')
})

async function type(words: string) {
  const said = { out: '', error: '' }
  const line = (stream: 'out' | 'error') => (what: string) => {
    said[stream] += `${what}\n`
  }
  const terminal: Terminal = {
    write: line('out'),
    note: line('error'),
    progress: () => undefined,
    endProgress: () => undefined,
    paint: (_, what) => what,
    columns: 100,
    width: null,
    isInteractive: false,
  }
  const exitCode = await runCommandLine(words.split(' ').filter(Boolean), {
    chapters: [{ title: 'Things', commands: [sell, showList] }],
    version: '1.2.3',
    welcome: async () => ({ json: {}, text: 'hello' }),
    terminal,
  })
  return { exitCode, ...said }
}
