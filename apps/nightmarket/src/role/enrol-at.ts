import { createCoreClient } from '@nightmarket/core/client'
import { parseCertificate, type NodeCertificate } from '@nightmarket/kernel'

import { ask } from '../market/ask.ts'
import { Problem } from '../problem.ts'

/** What an edge is told when it enrols. */
export interface Enrolled {
  readonly certificate: NodeCertificate
  readonly marketPublicKey: string
}

/** Become a node of a core. Repeating it with the same key gets the same answer. */
export async function enrolAt(
  coreUrl: string,
  request: { readonly code: string; readonly publicKey: string; readonly name: string },
): Promise<Enrolled> {
  if (!URL.canParse(coreUrl)) {
    const title = `"${coreUrl}" is no address of a core.`
    const wayOut = 'Give it as --core http://HOST:PORT.'
    throw new Problem({ code: 'core_url_invalid', title, wayOut })
  }
  const client = createCoreClient(coreUrl)
  const enrolled = await ask(client.v1.enrol.$post({ json: request }))
  const certificate = parseCertificate(enrolled.certificate)
  if (certificate.ok) {
    return { certificate: certificate.value, marketPublicKey: enrolled.marketPublicKey }
  }
  const title = `What answers at ${coreUrl} gave no certificate (${certificate.error.field}).`
  const wayOut = 'Check the address and the version of the core.'
  throw new Problem({ code: 'core_foreign', title, wayOut })
}

/** Make a one-time code for an edge, at a core that runs. */
export async function createEnrolmentAt(
  coreUrl: string,
  token: string,
  name: string,
): Promise<string> {
  const client = createCoreClient(coreUrl, { token })
  const enrolment = await ask(client.v1.enrolments.$post({ json: { kind: 'edge', name } }))
  return enrolment.code
}
