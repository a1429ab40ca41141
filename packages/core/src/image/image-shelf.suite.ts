import { deepEqual, equal } from 'node:assert/strict'

import type { Product } from '@nightmarket/kernel'

import { importCatalogue } from '../catalogue/import-catalogue.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { createFieldCore, productOf } from '../testing/field-market.ts'
import { keepImage, readImage, wantedImages, withOwnImages } from './image-shelf.ts'

const MUG = 'https://pictures.example/mug.jpg'
const BOWL = 'https://pictures.example/bowl.jpg'
const ID = 'ab'.repeat(32)
const image = { url: MUG, imageId: ID, width: 800, height: 600, tone: 5 }

async function openWithProducts(books: Parameters<BooksCase['run']>[0]) {
  const core = createFieldCore(books, { nowMs: 1_000 })
  const of = (name: string, url: string): Product => ({
    ...productOf(name, 1),
    images: [{ url, altText: '', columns: {} }],
  })
  const products = [of('mug', MUG), of('bowl', BOWL)]
  await importCatalogue(core, products)
  return { core, products }
}

/** What holds for pictures on either engine. */
export const imageShelfSuite: readonly BooksCase[] = [
  {
    title: '[IM1] a picture is kept once, whatever brings it, and again changes nothing',
    async run(books) {
      const { core } = await openWithProducts(books)
      deepEqual([...(await wantedImages(core))].sort(), [BOWL, MUG])
      const files = { '160.webp': 'AAEC', '640.jpg': 'AwQF' }
      await keepImage(core, { ...image, files })
      await keepImage(core, { ...image, files })
      await keepImage(core, { ...image, url: BOWL, files: { ...files, '320.webp': 'BgcI' } })
      deepEqual(await wantedImages(core), [])
      deepEqual([...((await readImage(core, ID, '160.webp')) ?? [])], [0, 1, 2])
      deepEqual([...((await readImage(core, ID, '320.webp')) ?? [])], [6, 7, 8])
      equal(await readImage(core, ID, '1280.webp'), null)
      equal(await readImage(core, 'cd'.repeat(32), '160.webp'), null)
    },
  },
  {
    title: '[IM2] a release names what is kept by its content, and leaves the rest as it is',
    async run(books) {
      const { core, products } = await openWithProducts(books)
      await keepImage(core, { ...image, files: { '640.jpg': 'AwQF' } })
      const urlOf = ({ images }: Product) => images[0]?.url
      deepEqual((await withOwnImages(core, products)).map(urlOf), [
        `/images/${ID}/640.jpg?w=800&h=600&tone=5`,
        BOWL,
      ])
    },
  },
]
