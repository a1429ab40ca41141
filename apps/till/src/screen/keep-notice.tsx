import { useSignal } from '@preact/signals'

import type { Till } from '../till.ts'
import { say } from '../words/words.ts'

/**
 * A browser that did not promise to keep this storage: it is said where there is time to read it,
 * at the start and on the till's own page, with the way out. Browsers promise it to installed apps.
 */
export function KeepNotice({ till }: { readonly till: Till }) {
  const isKept = useSignal(till.device.isPersisted)
  const isAskedInVain = useSignal(false)
  if (isKept.value) return null
  const ask = async () => {
    isKept.value = await navigator.storage.persist()
    isAskedInVain.value = !isKept.value
  }
  return (
    <section class="trouble" role="status" data-trouble="may-be-cleared">
      <b>{say('trouble.mayBeCleared')}</b>
      <p>{say(isAskedInVain.value ? 'trouble.stillMayBeCleared' : 'trouble.mayBeClearedNext')}</p>
      <button type="button" onClick={() => void ask()}>{say('trouble.keep')}</button>
    </section>
  )
}
