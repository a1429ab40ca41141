import { defineCommand } from '../command-line/command.ts'
import { text } from '../command-line/option.ts'
import { about, ask } from '../market/ask.ts'
import { connectEdge } from '../market/connect-edge.ts'
import { time } from '../terminal/format.ts'
import { marketOptions } from './server-options.ts'

/** `overlay show`: a template of the release, drawn on every page and browser source. */
export const overlayShowCommand = defineCommand({
  name: 'overlay show',
  summary: 'Show an overlay of the release over the picture',
  details:
    'Templates stand in the show file under overlays. Each page shows it when its own player ' +
    'reaches the frame that is being made now; /overlay of the edge is a browser source for OBS.',
  arguments: [{ name: 'OVERLAY', about: 'the id of the template' }],
  options: {
    ...marketOptions,
    name: text('NAME', 'who won, for a winner'),
  },
  examples: ['overlay show moon-card', 'overlay show winner --name Ilse'],
  async run({ values, arguments: [overlay], terminal }) {
    const overlayId = overlay ?? ''
    const client = await connectEdge(values)
    const json = { overlayId, ...(values.name === null ? {} : { name: values.name }) }
    const shown = await ask(client.v1.overlays.$post({ json }), about(overlayId))
    const until = shown.untilMs === null ? 'until it is hidden' : `until ${time(shown.untilMs)}`
    return { json: shown, text: `${terminal.paint('green', '✓')} ${overlayId} is shown ${until}` }
  },
})

/** `overlay hide`: take it away again. */
export const overlayHideCommand = defineCommand({
  name: 'overlay hide',
  summary: 'Take an overlay away from the picture',
  arguments: [{ name: 'OVERLAY', about: 'its id' }],
  options: marketOptions,
  examples: ['overlay hide moon-card'],
  async run({ values, arguments: [overlay], terminal }) {
    const overlayId = overlay ?? ''
    const client = await connectEdge(values)
    const route = client.v1.overlays[':overlayId']
    await ask(route.$delete({ param: { overlayId } }), about(overlayId))
    return { json: { overlayId }, text: `${terminal.paint('green', '✓')} ${overlayId} is hidden` }
  },
})
