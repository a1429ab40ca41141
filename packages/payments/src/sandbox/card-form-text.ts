/** The page's side: what `https://js.stripe.com/v3/` gives, as far as the stage uses it. */
export const STRIPE_SCRIPT = `(() => {
  const { origin } = new URL(document.currentScript.src)
  const createElements = () => {
    let frame = null
    const ask = (message) =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = ({ data }) => resolve(data)
        frame.contentWindow.postMessage(message, origin, [port2])
      })
    return {
      ask,
      create(kind) {
        if (kind !== 'payment') throw new TypeError('the stand-in knows the payment element only')
        return {
          mount(place) {
            frame = document.createElement('iframe')
            frame.src = origin + '/stripe/card'
            frame.title = 'Card'
            frame.width = '100%'
            frame.height = '190'
            frame.setAttribute('frameborder', '0')
            place.replaceChildren(frame)
          },
        }
      },
      submit: () => ask({ step: 'submit' }),
    }
  }
  window.Stripe = (key) => {
    if (!String(key).startsWith('pk_')) throw new TypeError('a publishable key begins with pk_')
    return {
      elements(options) {
        if (options.mode === undefined) throw new TypeError('elements want a mode')
        return createElements()
      },
      createPaymentMethod: ({ elements }) => elements.ask({ step: 'create', key }),
    }
  }
})()
`

/** The frame's side: where a number is typed, out of the page's reach. */
export const CARD_PAGE = {
  html: `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Card</title>
<link rel="stylesheet" href="/stripe/card.css">
<form>
<label>Card number <input name="number" inputmode="numeric" autocomplete="cc-number"></label>
<label>Expiry <input name="expiry" placeholder="MM / YY" autocomplete="cc-exp"></label>
<label>Security code <input name="cvc" inputmode="numeric" autocomplete="cc-csc"></label>
<p role="alert"></p>
</form>
<script src="/stripe/card.js"></script>
`,
  style: `* { box-sizing: border-box; font: 16px/1.4 system-ui, sans-serif; }
:root { color-scheme: light dark; }
body { margin: 0; }
form { display: grid; grid-template-columns: 1fr 1fr; gap: 10px; padding: 2px; }
label { display: grid; gap: 4px; font-size: 14px; }
label:first-child, p { grid-column: 1 / -1; }
input { width: 100%; min-height: 44px; padding: 8px 10px; border: 1px solid; border-radius: 8px; }
p { margin: 0; min-height: 1.4em; }
`,
  script: `const form = document.forms[0]
const says = document.querySelector('p')
const value = (name) => form.elements[name].value.trim()
const refuse = (message) => {
  says.textContent = message
  return { error: { message } }
}
const isComplete = () =>
  /^[\\d ]{15,}$/.test(value('number')) &&
  /^\\d\\d ?\\/? ?\\d\\d$/.test(value('expiry')) &&
  /^\\d{3,4}$/.test(value('cvc'))
const create = async (key) => {
  const [month = '', year = ''] = value('expiry').match(/\\d\\d/g) ?? []
  const body = new URLSearchParams({
    type: 'card',
    'card[number]': value('number'),
    'card[exp_month]': month,
    'card[exp_year]': '20' + year,
    'card[cvc]': value('cvc'),
  })
  const headers = { authorization: 'Bearer ' + key }
  const answer = await fetch('/v1/payment_methods', { method: 'POST', headers, body })
  const said = await answer.json()
  return answer.ok ? { paymentMethod: said } : refuse(said.error.message)
}
form.addEventListener('submit', (event) => event.preventDefault())
addEventListener('message', async ({ data, ports: [port], source }) => {
  if (source !== parent || port === undefined) return
  says.textContent = ''
  if (!isComplete()) return port.postMessage(refuse('Fill in the whole card.'))
  port.postMessage(data.step === 'create' ? await create(data.key) : {})
})
`,
} as const
