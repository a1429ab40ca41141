import { writeFileSync } from 'node:fs'

import { defineCommand } from '../command-line/command.ts'
import { text } from '../command-line/option.ts'
import { askText } from '../market/ask.ts'
import { connectCore } from '../market/connect.ts'
import { marketOptions } from './server-options.ts'

/** `export`: the catalogue as a file that Shopify takes and `import` reads back unchanged. */
export const exportCommand = defineCommand({
  name: 'export',
  summary: 'Write the catalogue to standard output as Shopify’s product CSV',
  details: 'Importing the file changes nothing. With --json the file is the member `csv`.',
  options: { ...marketOptions, output: text('FILE', 'Write the file there instead') },
  examples: ['export > products.csv', 'export --output products.csv'],
  async run({ values }) {
    await using connection = await connectCore(values)
    const csv = await askText(connection.client.v1.catalogue.export.$get())
    const bytes = Buffer.byteLength(csv)
    if (values.output === null) return { json: { bytes, csv }, text: csv }
    writeFileSync(values.output, csv)
    return { json: { file: values.output, bytes }, text: `Wrote ${values.output}.` }
  },
})
