import { moneyText } from '@nightmarket/ui'

import { appearance, operator, standing, tiles } from '../app.ts'
import { goTo } from '../place.ts'
import type { Till } from '../till.ts'
import { KeepNotice } from './keep-notice.tsx'
import { ReaderSettings } from './reader-settings.tsx'
import { LANGUAGES } from '../words/texts.ts'
import { chooseLanguage, locale, say } from '../words/words.ts'

/** What is done at a till besides selling, each on a page of its own. */
const CHORES = ['stock', 'drawer', 'hand', 'take', 'restore', 'close'] as const

/** What this till is and holds, and how it looks. */
export function TillScreen({ till }: { readonly till: Till }) {
  const { state } = till.stall
  const currency = state.active?.index.release.currency
  const { expectedMinor } = state.drawer
  return (
    <main class="page">
      <h1>{say('tillTitle')}</h1>
      <KeepNotice till={till} />
      <dl>
        <dt>{say('node')}</dt>
        <dd class="code">{state.nodeId}/{state.epoch}</dd>
        <dt>{say('drawer')}</dt>
        <dd>
          {currency === undefined
            ? '–'
            : moneyText({ amountMinor: expectedMinor, currency }, locale())}
        </dd>
        <dt>{say('held')}</dt>
        <dd>{standing.value?.unitsLeft ?? 0}</dd>
        {tiles.value.map(({ dropId, variantId, title, left }) => [
          <dt key={`${dropId} ${variantId} t`}>{title}</dt>,
          <dd key={`${dropId} ${variantId} d`}>{left}</dd>,
        ])}
      </dl>
      <nav class="chores" aria-label={say('tillTitle')}>
        {CHORES.map((at) => (
          <button key={at} type="button" onClick={() => goTo({ at })}>
            {say(`goods.chore.${at}`)}
          </button>
        ))}
      </nav>
      <ReaderSettings />
      <Settings />
      <button type="button" onClick={() => { operator.value = null }}>
        {say('signOut', { name: operator.value?.name ?? '' })}
      </button>
    </main>
  )
}

function Settings() {
  const { look, size } = appearance.value
  const set = (change: Partial<typeof appearance.value>) => {
    appearance.value = { ...appearance.value, ...change }
  }
  return (
    <form>
      <label>
        {say('look')}
        <select value={look} onChange={(event) => set({ look: event.currentTarget.value })}>
          <option value="auto">{say('lookAuto')}</option>
          <option value="dark">{say('lookDark')}</option>
          <option value="outdoor">{say('lookOutdoor')}</option>
        </select>
      </label>
      <label>
        {say('language')}
        <select value={locale()} onChange={(event) => chooseLanguage(event.currentTarget.value)}>
          {Object.entries(LANGUAGES).map(([tag, name]) => (
            <option key={tag} value={tag}>{name}</option>
          ))}
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={size === 'large'}
          onChange={(event) => set({ size: event.currentTarget.checked ? 'large' : 'normal' })}
        />
        {say('large')}
      </label>
    </form>
  )
}
