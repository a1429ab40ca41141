import { createValidate, describe } from '@nightmarket/http'
import {
  compileRelease,
  createCatalogueLookup,
  err,
  type Release,
  type ReleaseId,
  type Result,
  type ShowFileProblem,
} from '@nightmarket/kernel'
import { createOfferRules } from '@nightmarket/rule'
import { Hono } from 'hono'
import { z } from 'zod'

import { exportCatalogue } from '../catalogue/import-catalogue.ts'
import { withOwnImages } from '../image/image-shelf.ts'
import { findMarket } from '../market/found-market.ts'
import { activateRelease, listReleases, rollbackRelease } from '../release/activate-release.ts'
import { applyRelease } from '../release/apply-release.ts'
import { BODY_CODES, CORE_PROBLEMS } from './core-problem.ts'
import type { CoreRoutesDeps } from './core-routes-deps.ts'
import { atMs } from './id-schema.ts'

const TAG = 'Releases'

const releaseIdSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'A release id has 64 hexadecimal digits.')
  .meta({ description: 'SHA-256 of its content.', examples: ['9f2c…'] }) as unknown as z.ZodType<
  ReleaseId,
  string
>

const activation = z
  .strictObject({
    number: z.int().meta({ description: 'Never falls.', examples: [3] }),
    releaseId: releaseIdSchema,
    activatedAtMs: atMs('When.'),
    reason: z.enum(['activate', 'rollback']),
  })
  .meta({ ref: 'Activation' })

const applied = z
  .strictObject({
    releaseId: releaseIdSchema,
    isNew: z.boolean().meta({ description: 'False when the same content was applied before.' }),
    activation: activation.nullable(),
  })
  .meta({ ref: 'AppliedRelease' })

const releaseList = z.strictObject({
  releases: z.array(
    z
      .strictObject({
        releaseId: releaseIdSchema,
        showId: z.string(),
        title: z.string(),
        createdAtMs: atMs('When it was applied first.'),
        isActive: z.boolean(),
        activations: z.array(activation),
        tipsMinor: z.int().min(0).meta({
          description: 'Tips out of wallets that were opened under it, as far as the core heard.',
          examples: [1_250],
        }),
      })
      .meta({ ref: 'ReleaseSummary' }),
  ),
})

const showFileRequest = z
  .strictObject({
    showFile: z.looseObject({}).meta({ description: 'The show file as JSON, as it is in YAML.' }),
    activate: z.boolean().default(false),
  })
  .meta({ ref: 'ShowFileRequest' })

const fence = z
  .strictObject({
    expectedNumber: z
      .int()
      .min(0)
      .optional()
      .meta({ description: 'The number that the asker saw as active.' }),
  })
  .meta({ ref: 'ActivationFence' })

/** The largest show file taken. */
export const SHOW_FILE_BYTES_MAX = 1024 * 1024

/** Shows as releases: applied, made current, taken back. */
export function releaseRoutes(deps: CoreRoutesDeps) {
  return new Hono().route('/', applyRoutes(deps)).route('/', activationRoutes(deps))
}

function applyRoutes(deps: CoreRoutesDeps) {
  const { core, admin } = deps
  const validate = createValidate(CORE_PROBLEMS)
  return new Hono()
    .post(
      '/v1/releases',
      describe(CORE_PROBLEMS, {
        summary: 'Apply a show file',
        description: 'The same content is the same release. Activates it when asked to.',
        tag: TAG,
        security: 'bearer',
        answers: {
          200: { description: 'Known already.', schema: applied },
          201: { description: 'New.', schema: applied },
        },
        problems: [
          'unauthorized',
          'show_file_invalid',
          'item_unknown',
          'release_too_large',
          'release_unknown',
          'activation_moved',
          'nothing_to_roll_back_to',
          ...BODY_CODES,
        ],
      }),
      admin,
      validate('json', showFileRequest, { bodyBytesMax: SHOW_FILE_BYTES_MAX }),
      async (c) => {
        const { showFile, activate } = c.req.valid('json')
        const release = await compile(deps, showFile)
        if (!release.ok) return CORE_PROBLEMS.respond(release.error)
        const done = await applyRelease(core, release.value)
        if (!done.ok) return CORE_PROBLEMS.respond(done.error)
        const { releaseId, isNew } = done.value
        const status = isNew ? 201 : 200
        if (!activate) return c.json({ releaseId, isNew, activation: null }, status)
        const activated = await activateRelease(core, releaseId)
        if (!activated.ok) return CORE_PROBLEMS.respond(activated.error)
        return c.json({ releaseId, isNew, activation: activated.value }, status)
      },
    )
    .get(
      '/v1/releases',
      describe(CORE_PROBLEMS, {
        summary: 'List releases',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'Newest first.', schema: releaseList } },
        problems: ['unauthorized'],
      }),
      admin,
      async (c) => c.json({ releases: [...(await listReleases(core))] }, 200),
    )
}

function activationRoutes({ core, admin }: CoreRoutesDeps) {
  const validate = createValidate(CORE_PROBLEMS)
  return new Hono()
    .post(
      '/v1/releases/rollback',
      describe(CORE_PROBLEMS, {
        summary: 'Go back to the release before',
        description: 'A new number with old content. What was promised is honoured.',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'What is active now.', schema: activation } },
        problems: ['unauthorized', 'nothing_to_roll_back_to', 'activation_moved', ...BODY_CODES],
      }),
      admin,
      validate('json', fence),
      async (c) => {
        const done = await rollbackRelease(core, fenceOf(c.req.valid('json')))
        return done.ok ? c.json(done.value, 200) : CORE_PROBLEMS.respond(done.error)
      },
    )
    .post(
      '/v1/releases/:releaseId/activate',
      describe(CORE_PROBLEMS, {
        summary: 'Make a release current',
        description: 'Activating what is active changes nothing.',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'What is active now.', schema: activation } },
        problems: ['unauthorized', 'release_unknown', 'activation_moved', ...BODY_CODES],
      }),
      admin,
      validate('param', z.strictObject({ releaseId: releaseIdSchema })),
      validate('json', fence),
      async (c) => {
        const { releaseId } = c.req.valid('param')
        const done = await activateRelease(core, releaseId, fenceOf(c.req.valid('json')))
        return done.ok ? c.json(done.value, 200) : CORE_PROBLEMS.respond(done.error)
      },
    )
}

function fenceOf({ expectedNumber }: { readonly expectedNumber?: number | undefined }) {
  return expectedNumber === undefined ? {} : { expectedNumber }
}

/** Compile against the catalogue as it is now. */
async function compile(
  { core, toEpochMs }: CoreRoutesDeps,
  showFile: unknown,
): Promise<
  Result<
    Release,
    | { readonly code: 'show_file_invalid'; readonly problems: readonly ShowFileProblem[] }
    | { readonly code: 'books_unavailable' }
  >
> {
  const market = await findMarket(core.books)
  if (market === null) return err({ code: 'books_unavailable' })
  const products = await withOwnImages(core, await exportCatalogue(core))
  const lookup = createCatalogueLookup(products)
  const { currency } = market
  const { check: checkRule } = createOfferRules()
  const options = { lookup, toEpochMs, nowMs: core.nowMs(), currency, checkRule }
  const compiled = compileRelease(showFile, options)
  return compiled.ok ? compiled : err({ code: 'show_file_invalid', problems: compiled.error })
}
