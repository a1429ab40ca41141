import { isBearer } from '@nightmarket/http'
import type { Digest, Hash } from '@nightmarket/kernel'
import type { MiddlewareHandler } from 'hono'

import { CORE_PROBLEMS } from './core-problem.ts'

/** Lets pass who carries the admin token; only its hash is known here. [CR1] */
export function createAdminGuard(tokenHash: Hash, digest: Digest): MiddlewareHandler {
  return async (c, next) => {
    if (isBearer(c.req.header('authorization'), tokenHash, digest)) return next()
    return CORE_PROBLEMS.respond({ code: 'unauthorized' }, { 'WWW-Authenticate': 'Bearer' })
  }
}
