/** The part of an OpenAPI 3.1 document that the reference page shows. */
export interface ApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string }
  readonly tags?: readonly { readonly name: string; readonly description?: string }[]
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<ApiMethod, ApiOperation>>>>>
  readonly components?: {
    readonly schemas?: Readonly<Record<string, ApiSchema>>
    readonly securitySchemes?: Readonly<Record<string, { readonly description?: string }>>
  }
}

/** The methods that the page lists, in their order. */
export const API_METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const
/** A method as OpenAPI writes it. */
export type ApiMethod = (typeof API_METHODS)[number]

/** What one address does for one method. */
export interface ApiOperation {
  readonly operationId?: string
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly ApiParameter[]
  readonly requestBody?: { readonly content: ApiContent }
  readonly responses?: Readonly<Record<string, ApiResponse>>
}

/** A part of the address, the query or the headers. */
export interface ApiParameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly description?: string
  readonly schema?: ApiSchema
}

/** What comes back under one status. */
export interface ApiResponse {
  readonly description: string
  readonly content?: ApiContent
}

/** Bodies by their media type. */
export type ApiContent = Readonly<Record<string, { readonly schema?: ApiSchema }>>

/** JSON Schema, as far as the page shows it. */
export interface ApiSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly properties?: Readonly<Record<string, ApiSchema>>
  readonly required?: readonly string[]
  readonly items?: ApiSchema
  readonly anyOf?: readonly ApiSchema[]
  readonly oneOf?: readonly ApiSchema[]
  readonly additionalProperties?: boolean | ApiSchema
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly examples?: readonly unknown[]
  readonly default?: unknown
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
}

/** An operation with its address, as the page lists it. */
export interface ApiEntry {
  readonly method: ApiMethod
  readonly path: string
  readonly anchor: string
  readonly operation: ApiOperation
}

/** The operations by chapter, in the order of the document's tags and routes. */
export function chaptersOf(document: ApiDocument): ReadonlyMap<string, readonly ApiEntry[]> {
  const chapters = new Map<string, ApiEntry[]>(
    (document.tags ?? []).map((tag) => [tag.name, []] as const),
  )
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of API_METHODS) {
      const operation = item[method]
      if (operation === undefined) continue
      const tag = operation.tags?.[0] ?? 'Other'
      const entries = chapters.get(tag) ?? []
      entries.push({ method, path, anchor: operation.operationId ?? `${method}${path}`, operation })
      chapters.set(tag, entries)
    }
  }
  return new Map([...chapters].filter(([, entries]) => entries.length > 0))
}

/** Follow a schema's reference into the components; a dangling one is an empty schema. */
export function resolveSchema(document: ApiDocument, schema: ApiSchema): ApiSchema {
  if (schema.$ref === undefined) return schema
  return document.components?.schemas?.[refName(schema.$ref)] ?? {}
}

/** The last part of `#/components/schemas/Name`. */
export function refName(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1)
}
