import { equal } from 'node:assert/strict'
import { randomBytes, scryptSync } from 'node:crypto'
import { test } from 'node:test'

import { PIN_SCRYPT } from '@nightmarket/kernel'

import { checkPin } from './browser/operator-pin.ts'

test('[ST9] a PIN is checked in a browser as the server hashed it', async () => {
  const salt = randomBytes(16)
  const { N, r, p, dkLen } = PIN_SCRYPT
  const hash = scryptSync('048213', salt, dkLen, { N, r, p, maxmem: 2 ** 26 })
  const pin = { salt: salt.toString('hex'), hash: hash.toString('hex') }
  equal(await checkPin('048213', pin), true)
  equal(await checkPin('048214', pin), false)
  equal(await checkPin('', pin), false)
})
