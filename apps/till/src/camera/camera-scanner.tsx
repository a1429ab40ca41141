import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { cameraTroubleOf, isNewScan, type CameraTrouble, type Seen } from '@nightmarket/ui/till'

import { say } from '../words/words.ts'
import { scanCamera } from './scan-camera.ts'

/** What a scanner is opened for. */
export interface CameraScannerProps {
  /** What to hold in front of it, in the operator's language. */
  readonly title: string
  /** Take a code, or say in the operator's language why it is not the wanted one: it goes on. */
  readonly onCode: (text: string) => string | null
  /** It was closed: after a code was taken, or because somebody went back. */
  readonly onClose: () => void
}

/**
 * The one camera scanner of the till, over the whole screen: mount it to scan, unmount it when
 * `onClose` says so. What may be scanned (a product, a receipt, a voucher, an enrolment) is up to
 * `onCode`. A code can be typed as well: a camera that is denied or absent stops nobody.
 */
export function CameraScanner({ title, onCode, onClose }: CameraScannerProps) {
  const video = useRef<HTMLVideoElement>(null)
  const dialog = useRef<HTMLDialogElement>(null)
  const refusal = useSignal<string | null>(null)
  const trouble = useSignal<CameraTrouble | null>(null)
  const take = (text: string) => {
    refusal.value = onCode(text)
    if (refusal.value === null) dialog.current?.close()
  }
  useEffect(() => {
    dialog.current?.showModal()
    const ending = new AbortController()
    let last: Seen | null = null
    const see = (text: string) => {
      const seen = { text, atMs: performance.now() }
      const isNew = isNewScan(last, seen)
      last = seen
      if (isNew) take(text)
    }
    if (video.current !== null) {
      scanCamera(video.current, ending.signal, see).catch((error: unknown) => {
        trouble.value = cameraTroubleOf(error)
      })
    }
    return () => ending.abort()
  }, [])
  return (
    <dialog class="scanner" ref={dialog} onClose={onClose} aria-labelledby="scanner-title">
      {/* The focus is here, not in the field: a tablet's keyboard would cover the picture. */}
      <h2 id="scanner-title" tabIndex={-1} autofocus>{title}</h2>
      {trouble.value === null
        ? <video ref={video} muted playsInline aria-label={say('camera.picture')} />
        : <p class="bad" role="alert">{say(`camera.${trouble.value}`)}</p>}
      {refusal.value === null ? null : <p class="bad" role="alert">{refusal.value}</p>}
      <TypedCode onCode={take} />
      <button type="button" onClick={() => dialog.current?.close()}>{say('back')}</button>
    </dialog>
  )
}

function TypedCode({ onCode }: { readonly onCode: (text: string) => void }) {
  const typed = useSignal('')
  const submit = (event: Event) => {
    event.preventDefault()
    const text = typed.value.trim()
    if (text !== '') onCode(text)
  }
  return (
    <form class="typed" onSubmit={submit}>
      <label>
        {say('camera.typed')}
        <input
          name="code"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          value={typed.value}
          onInput={(event) => { typed.value = event.currentTarget.value }}
        />
      </label>
      <button type="submit">{say('camera.take')}</button>
    </form>
  )
}
