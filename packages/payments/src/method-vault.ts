/** A payment method that its owner let us use again, as the processor keeps it. */
export interface KeptMethod {
  /** Whom the processor keeps it for: nobody it knows by name. */
  readonly customerId: string
  /** The processor's payment-method id. */
  readonly methodId: string
  /** What its owner knows it by, such as `Visa ·· 4242`. */
  readonly label: string
}

/** What keeping a method came to. */
export type KeepAnswer =
  | { readonly state: 'kept'; readonly method: KeptMethod }
  | { readonly state: 'declined'; readonly declineCode: string }

/**
 * Where payment methods are kept for later: at the processor, never here.
 *
 * - [MV1] The same keep key is one kept method, however often it is sent.
 * - [MV2] A method that cannot be kept is a decline, not a fault.
 * - [MV3] A kept method is charged for its customer only, and not at all once it was dropped.
 */
export interface MethodVault {
  keep(request: {
    /** Made up once by whoever asks, without a slash. */
    readonly keepKey: string
    /** The processor's payment-method id, as the buyer's device has it. */
    readonly reference: string
  }): Promise<KeepAnswer>
  /** Forget a method and its customer at the processor. Dropping it again changes nothing. */
  drop(method: Pick<KeptMethod, 'customerId'>): Promise<void>
}

/** A vault for whoever has no processor that keeps methods: it declines them all. */
export const VAULT_NONE: MethodVault = {
  keep: async () => ({ state: 'declined', declineCode: 'not_supported' }),
  drop: async () => {},
}
