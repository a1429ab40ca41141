import { unpackReceipt } from './receipt-link.ts'

/** The verifier takes files, and receipts that came with a link or a QR code. */
export async function startVerifyForm(form: HTMLFormElement): Promise<void> {
  const text = form.querySelector('textarea')
  const field = form.querySelector<HTMLElement>('[data-file]')
  const file = field?.querySelector('input')
  if (text === null || field === null || file === null || file === undefined) return
  field.hidden = false
  file.addEventListener('change', () => {
    void file.files?.[0]?.text().then((content) => (text.value = content))
  })
  if (location.hash.length < 2) return
  const receipt = await unpackReceipt(location.hash.slice(1))
  if (receipt === null) return
  text.value = receipt
  history.replaceState(null, '', location.pathname)
  form.requestSubmit()
}
