import { parseDocument } from 'yaml'

import { defineCommand } from '../command-line/command.ts'
import { readInput } from '../command-line/input.ts'
import { flag } from '../command-line/option.ts'
import { ask } from '../market/ask.ts'
import { connectCore } from '../market/connect.ts'
import { Problem } from '../problem.ts'
import { clean } from '../terminal/table.ts'
import { marketOptions } from './server-options.ts'

/** `show apply`: a show file becomes a release, named by its content. */
export const showApplyCommand = defineCommand({
  name: 'show apply',
  summary: 'Make a release of a show file, and make it current',
  details:
    'A release is named by its content: the same file is the same release. Units are shared out ' +
    'to the edges from now on; what was promised under an earlier release is honoured. With ' +
    '--draft nothing changes for anybody until nightmarket release activate.',
  arguments: [{ name: 'FILE', about: 'the show in YAML, or - for standard input' }],
  options: { ...marketOptions, draft: flag('Only keep the release; do not make it current') },
  examples: ['show apply samples/show.yaml', 'show apply friday.yaml --draft'],
  async run({ values, arguments: [file], terminal }) {
    const path = file ?? '-'
    const showFile = parseShowFile(path)
    await using connection = await connectCore(values)
    const activate = !values.draft
    const { client } = connection
    const applied = await ask(
      client.v1.releases.$post({ json: { showFile, activate } }),
      (problem) => explainShowFile(path, problem),
    )
    const { releaseId, isNew, activation } = applied
    const news = isNew ? 'A new release.' : 'The same release as before.'
    const state =
      activation === null
        ? `It is a draft. Make it current with nightmarket release activate ${releaseId}`
        : `It is current as number ${activation.number}.`
    const text = [`${terminal.paint('green', '✓')} release ${releaseId}`, `  ${news} ${state}`]
    return { json: applied, text: text.join('\n') }
  },
})

/** YAML as plain values, without tags, anchors that explode, or keys given twice. */
function parseShowFile(path: string): Readonly<Record<string, unknown>> {
  const text = readInput(path)
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: true })
  const [error] = document.errors
  if (error !== undefined) {
    throw new Problem({
      code: 'show_file_not_yaml',
      title: `${path} is not YAML: ${error.message.split('\n')[0]?.replace(/:$/, '')}.`,
      wayOut: 'Put it right at that line; samples/show.yaml is an example.',
    })
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 })
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>
  }
  throw new Problem({
    code: 'show_file_empty',
    title: `${path} holds no show.`,
    wayOut: 'A show file has the keys show and drops; samples/show.yaml is an example.',
  })
}

interface ShowFileFlaw {
  readonly path: string
  readonly code: string
  readonly value: string
  readonly wanted: string
}

/** Each place that is wrong, what stands there and what would be right. */
function explainShowFile(path: string, problem: Problem): Problem {
  const { problems } = problem.facts
  if (problem.code !== 'show_file_invalid' || !Array.isArray(problems)) return problem
  const flaws = problems as readonly ShowFileFlaw[]
  const count = flaws.length === 1 ? 'a place' : `${flaws.length} places`
  return new Problem({
    code: problem.code,
    title: `${path} has ${count} that cannot be right.`,
    detail: flaws.map(flawText).join('\n'),
    wayOut: flaws.some(({ code }) => code === 'variant_unknown')
      ? 'Import the products first (nightmarket import FILE.csv), or put these right.'
      : 'Put these right and apply it again; nothing was changed.',
    facts: problem.facts,
  })
}

function flawText({ path, value, code, wanted }: ShowFileFlaw): string {
  const place = path === '' ? 'the file' : path
  return `${place}: ${clean(value)} (${code.replaceAll('_', ' ')})\n  wanted: ${wanted}`
}
