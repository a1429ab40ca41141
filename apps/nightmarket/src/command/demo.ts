import { defineCommand } from '../command-line/command.ts'
import { flag } from '../command-line/option.ts'
import { DEMO_EDGES } from '../demo/demo-plan.ts'
import { demoReport } from '../demo/demo-report.ts'
import { runDemo } from '../demo/run-demo.ts'
import { createStory } from '../demo/story.ts'
import { OwnMarket } from '../rush/own-market.ts'
import { listenForStop } from '../rush/stopping.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** `demo`: an evening in a minute, with everything that can go wrong in it. */
export const demoCommand = defineCommand({
  name: 'demo',
  summary: 'Play an evening in a minute: a rush, a cut uplink, a killed edge, failing cards',
  details:
    'Real processes, real HTTP, a real market in a temporary folder. Tells what happens on ' +
    'standard error, prints what came of it, and then stays up to be looked at; Ctrl-C ends it ' +
    'and removes the folder. Exit code 1 when anything was lost, sold twice or does not verify.',
  options: { once: flag('End after the report') },
  examples: ['demo', 'demo --once', 'demo --once --json'],
  async run({ values, terminal, report }) {
    using stopping = listenForStop()
    const { stopped, stop } = stopping
    const story = createStory(terminal)
    story.chapter(`A market starts: a core, ${DEMO_EDGES} edges, a processor; a process each`)
    await using market = await OwnMarket.open({
      edges: DEMO_EDGES,
      onDeath: stop,
      onProgress: terminal.progress,
    })
    terminal.endProgress()
    story.tell(`Everything listens. Its folder is ${market.folder}.`)
    const result = await runDemo(market, { story, terminal, stopped })
    report(demoReport(result, terminal))
    if (!values.once) await stayUp(market, terminal, stopped)
    return null
  },
})

/** Leave the market open to be looked at, until somebody ends it. */
async function stayUp(market: OwnMarket, terminal: Terminal, stopped: AbortSignal): Promise<void> {
  const edges = market.edges.map(({ server }) => `  ${server.name}   ${server.url}/reference`)
  terminal.note(
    [
      '',
      terminal.paint('bold', 'The market stays open. Ctrl-C closes it and removes its folder.'),
      ...edges,
      `  core     ${market.core.url}/reference`,
      `  sandbox  ${market.sandbox.url}/sandbox/state`,
      `  Look around: npx nightmarket orders --data ${market.folder}`,
    ].join('\n'),
  )
  await new Promise<void>((resolve) => {
    if (stopped.aborted) return resolve()
    stopped.addEventListener('abort', () => resolve(), { once: true })
  })
}
