/** Which picture an address of the catalogue stands for. */
export interface ImageSourceTable {
  url: string
  image_id: string
  width: number
  height: number
  tone: number
  kept_at_ms: number
}

/** A picture in one size and format; `body` is base64. */
export interface ImageFileTable {
  image_id: string
  name: string
  body: string
}
