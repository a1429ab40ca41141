import { renderSVG } from 'uqr'

interface QrProps {
  readonly text: string
  /** What it is, for those who do not see it. */
  readonly label: string
}

/**
 * A code to be scanned off the screen. It has the lowest correction of errors: a screen has neither
 * stains nor creases, and larger modules are read from further away.
 */
export function QrCode({ text, label }: QrProps) {
  const svg = renderSVG(text, { ecc: 'L', border: 4 })
  return <img class="qr" src={`data:image/svg+xml,${encodeURIComponent(svg)}`} alt={label} />
}
