import { BlockList, isIP } from 'node:net'

import type { IsTrustedProxy } from '../client-address.ts'

/** Trust proxies by their addresses or networks, such as `10.0.0.0/8`. `null`: one is malformed. */
export function createTrustedProxies(proxies: readonly string[]): IsTrustedProxy | null {
  const list = new BlockList()
  for (const proxy of proxies) {
    const [address = '', prefix, ...rest] = proxy.split('/')
    const version = isIP(address)
    const family = version === 6 ? 'ipv6' : 'ipv4'
    const bits = prefix === undefined ? (version === 6 ? 128 : 32) : Number(prefix)
    const isRight = version !== 0 && rest.length === 0 && Number.isInteger(bits) && bits >= 0
    if (!isRight || bits > (version === 6 ? 128 : 32)) return null
    list.addSubnet(address, bits, family)
  }
  return (address) => {
    const version = isIP(address)
    return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4')
  }
}
