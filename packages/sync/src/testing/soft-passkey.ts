import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

/** What a passkey answers with, as browsers write it into JSON. */
export interface PasskeyAnswer {
  readonly id: string
  readonly rawId: string
  readonly type: 'public-key'
  readonly response: Readonly<Record<string, string>>
  readonly clientExtensionResults: object
}

/** What a test wants wrong about an answer. */
export interface PasskeyFlaw {
  readonly origin?: string
  readonly isUnverified?: boolean
}

const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04
const WITH_CREDENTIAL = 0x40

/** An authenticator in memory with one passkey (Ed25519), for tests without a browser. */
export class SoftPasskey {
  readonly #origin: string
  readonly #id = randomBytes(16)
  readonly #privateKey: KeyObject
  readonly #coseKey: Buffer

  constructor(origin: string) {
    this.#origin = origin
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    this.#privateKey = privateKey
    const x = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
    // {1: OKP, 3: EdDSA, -1: Ed25519, -2: x}
    this.#coseKey = Buffer.concat([Buffer.from('a4010103272006215820', 'hex'), x])
  }

  get credentialId(): string {
    return this.#id.toString('base64url')
  }

  /** The public key as the books keep it. */
  get publicKey(): string {
    return this.#coseKey.toString('base64url')
  }

  /** Answer to `navigator.credentials.create`. */
  register(challenge: string, flaw: PasskeyFlaw = {}): PasskeyAnswer {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(this.#id.length)
    const credential = Buffer.concat([Buffer.alloc(16), length, this.#id, this.#coseKey])
    const data = Buffer.concat([this.#authenticatorData(WITH_CREDENTIAL, flaw), credential])
    const head = Buffer.alloc(3, 0x59)
    head.writeUInt16BE(data.length, 1)
    const attestationObject = Buffer.concat([
      // {fmt: 'none', attStmt: {}, authData: …}
      Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex'),
      head,
      data,
    ])
    return this.#answer({
      clientDataJSON: this.#clientData('webauthn.create', challenge, flaw).toString('base64url'),
      attestationObject: attestationObject.toString('base64url'),
    })
  }

  /** Answer to `navigator.credentials.get`. */
  assert(challenge: string, flaw: PasskeyFlaw = {}): PasskeyAnswer {
    const client = this.#clientData('webauthn.get', challenge, flaw)
    const data = this.#authenticatorData(0, flaw)
    const signed = Buffer.concat([data, createHash('sha256').update(client).digest()])
    return this.#answer({
      clientDataJSON: client.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: sign(null, signed, this.#privateKey).toString('base64url'),
    })
  }

  #answer(response: Readonly<Record<string, string>>): PasskeyAnswer {
    const id = this.credentialId
    return { id, rawId: id, type: 'public-key', response, clientExtensionResults: {} }
  }

  #clientData(type: string, challenge: string, { origin = this.#origin }: PasskeyFlaw): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  }

  #authenticatorData(more: number, { origin = this.#origin, isUnverified }: PasskeyFlaw): Buffer {
    const party = createHash('sha256').update(new URL(origin).hostname).digest()
    const verified = isUnverified === true ? 0 : USER_VERIFIED
    return Buffer.concat([party, Buffer.from([USER_PRESENT | verified | more]), Buffer.alloc(4)])
  }
}
