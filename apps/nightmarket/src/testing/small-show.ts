import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const HEADER =
  'Handle,Title,Body (HTML),Vendor,Option1 Name,Option1 Value,' +
  'Variant SKU,Variant Inventory Qty,Variant Price,Variant Barcode'

/** How many of each mug there are. */
export interface SmallStock {
  readonly blue: number
  readonly red: number
}

/** Two products, and a row without a price. */
function catalogueOf({ blue, red }: SmallStock): string {
  return `${HEADER}
mug,Night Mug,"<p>Holds tea,
and coffee.</p>",Kiln,Colour,Blue,MUG-B,${blue},9.50,4006381333931
mug,,,,,Red,MUG-R,${red},9.50,4006381333948
lamp,Lamp,,Kiln,Title,Default Title,LAMP,2,,
`
}

/** A show that is on now, and sells both mugs. */
const SHOW = `format: 1
show:
  id: evening
  title: An evening
  startsAt: now
  duration: 2h
  timeZone: Europe/Berlin
  place: Hall 3
  hosts: [Ada]
drops:
  - id: mugs
    title: Mugs
    listings:
      - variant: mug:blue
        perCustomer: 2
      - variant: MUG-R
`

/** The files of a small market, for `import` and `show apply`. */
export function writeSmallShow(folder: string, stock: SmallStock = { blue: 5, red: 3 }) {
  const [csv, show] = [join(folder, 'products.csv'), join(folder, 'show.yaml')]
  writeFileSync(csv, catalogueOf(stock))
  writeFileSync(show, SHOW)
  return { csv, show }
}
