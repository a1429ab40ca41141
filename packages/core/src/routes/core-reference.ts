import { SIGNATURE_HEADER } from '@nightmarket/sync'

/** What the core's reference says of it as a whole. */
export const CORE_REFERENCE = {
  title: 'Nightmarket core',
  description:
    'Keeps the books: catalogue, releases, stock, orders, money. Edges bring it their journals ' +
    'and follow its decisions.',
  tags: [
    { name: 'Catalogue', description: 'Products in and out, in Shopify’s format.' },
    {
      name: 'Releases',
      description: 'Shows as immutable releases: applied, activated, taken back.',
    },
    { name: 'Nodes', description: 'Edges and tills: enrolled, watched, revoked, written off.' },
    { name: 'Operators', description: 'Who works at tills, and what a PIN is checked by.' },
    { name: 'Stock', description: 'Where every unit is.' },
    { name: 'Orders', description: 'What was sold, and what people do about it.' },
    { name: 'Money', description: 'Mismatches, the ledger, disputes and cash.' },
    { name: 'Audit', description: 'Walks everything and says what does not hold.' },
    { name: 'Nodes to the core', description: 'What nodes themselves ask, signed by their keys.' },
    { name: 'Tills', description: 'What tills ask for themselves, signed.' },
    { name: 'Buyers', description: 'What edges ask for the buyers near them, signed.' },
    { name: 'Webhooks', description: 'What the payment processor tells.' },
    { name: 'Operation', description: 'For load balancers and monitoring.' },
  ],
  securitySchemes: {
    bearer: {
      type: 'http',
      scheme: 'bearer',
      description: 'the admin token as `Authorization: Bearer …`.',
    },
    node: {
      type: 'apiKey',
      in: 'header',
      name: SIGNATURE_HEADER,
      description:
        'the node’s signature: `nightmarket-node: <nodeId>/<epoch>` and `nightmarket-signature`, ' +
        'Ed25519 over method, path and the body’s hash.',
    },
    webhook: {
      type: 'apiKey',
      in: 'header',
      name: 'stripe-signature',
      description: 'the processor’s signature in `stripe-signature`.',
    },
  },
} as const
