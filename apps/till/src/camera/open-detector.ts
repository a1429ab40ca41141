import { BarcodeDetector, prepareZXingModule } from 'barcode-detector/ponyfill'
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url'

/** The barcodes of products; receipts, vouchers and enrolments are QR codes. */
const PRODUCT_FORMATS = ['ean_13', 'ean_8', 'upc_a', 'upc_e', 'code_128', 'code_39'] as const

/** Something that finds codes in a picture. */
export interface Detector {
  detect(picture: ImageBitmapSource): Promise<readonly { readonly rawValue: string }[]>
}

/**
 * Open the reader of codes. Its WebAssembly comes from this app, as the service worker keeps it:
 * where a browser has a reader of its own, it may want a download in the field, and reads other
 * codes on each tablet.
 */
export function openDetector(): Detector {
  prepareZXingModule({ overrides: { locateFile: () => wasmUrl } })
  return new BarcodeDetector({ formats: [...PRODUCT_FORMATS, 'qr_code'] })
}
