import { defineCommand } from '../command-line/command.ts'
import { flag, text } from '../command-line/option.ts'
import type { MissingImage } from '../image/bring-images.ts'
import { connectCore } from '../market/connect.ts'
import { counted } from '../terminal/format.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { marketOptions } from './server-options.ts'

/** `images`: the pictures of products, in the sizes that pages show. */
export const imagesCommand = defineCommand({
  name: 'images',
  summary: 'Bring the pictures that the products name',
  details:
    'Fetches each picture once, or takes it from a folder, and keeps it in the sizes that pages ' +
    'show: viewers get pictures from the edge and from nowhere else. The next show apply shows ' +
    'them. Again does what is left.',
  arguments: [],
  options: {
    ...marketOptions,
    from: text('FOLDER', 'take the files that the addresses end in from a folder'),
    private: flag('Also fetch from private networks and this machine'),
  },
  examples: ['images', 'images --from samples/images'],
  async run({ values, terminal }) {
    await using connection = await connectCore(values)
    const { bringImages } = await import('../image/bring-images.ts')
    const brought = await bringImages(connection, {
      folder: values.from,
      mayBePrivate: values.private,
      onProgress: (done, of) => terminal.progress(`Pictures: ${done} of ${of} …`),
    })
    const { kept, missing } = brought
    const head = `${terminal.paint('green', '✓')} ${counted(kept, 'picture')} kept`
    const next = kept > 0 ? '\n  nightmarket show apply FILE shows them.' : ''
    const rest = missing.length > 0 ? `\n\n${missingText(missing, terminal)}` : ''
    return { json: brought, text: head + next + rest }
  },
})

/** The most that a person wants to read at once; `--json` has them all. */
const ROWS_SHOWN_MAX = 50

function missingText(missing: readonly MissingImage[], terminal: Terminal): string {
  const rows = table(
    missing.slice(0, ROWS_SHOWN_MAX),
    [
      { title: 'PICTURE', shortens: true, cell: ({ url }) => url },
      { title: 'REASON', cell: ({ reason }) => reason },
    ],
    terminal,
  )
  return `${terminal.paint('yellow', `${counted(missing.length, 'picture')} not had`)}\n${rows}`
}
