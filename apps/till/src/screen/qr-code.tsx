import { renderSVG } from 'uqr'

interface QrProps {
  readonly text: string
  /** What it is, for those who do not see it. */
  readonly label: string
}

/** A code to be scanned off the screen, as light on paper as scanners want it. */
export function QrCode({ text, label }: QrProps) {
  const svg = renderSVG(text, { ecc: 'L', border: 2 })
  return <img class="qr" src={`data:image/svg+xml,${encodeURIComponent(svg)}`} alt={label} />
}
