import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'

import { clientAddress } from '../client-address.ts'
import { createTrustedProxies } from './trusted-proxies.ts'

test('[HB17] only what a trusted proxy says of an address is believed', () => {
  const isTrusted = createTrustedProxies(['10.0.0.0/8', '::1']) ?? (() => false)
  const of = (peer: string, forwarded: string | null) => clientAddress(peer, forwarded, isTrusted)
  equal(of('203.0.113.7', '198.51.100.1'), '203.0.113.7', 'anybody may write a header')
  equal(of('10.1.1.1', '198.51.100.1'), '198.51.100.1')
  equal(of('::ffff:10.1.1.1', '198.51.100.1'), '198.51.100.1')
  equal(of('::1', '6.6.6.6, 198.51.100.1, 10.2.2.2'), '198.51.100.1', 'the first is anybody’s word')
  equal(of('::1', '10.2.2.2'), '10.2.2.2')
  equal(of('::1', null), '::1')
  equal(of('::1', ''), '::1')
  equal(of('::1', 'x'.repeat(99)).length, 64)
  const wrong = [['10.0.0.0/33'], ['ten'], ['10.0.0.0/8/9'], ['::1/129'], ['10.0.0.0/x']]
  deepEqual(
    wrong.map(createTrustedProxies),
    wrong.map(() => null),
  )
})
