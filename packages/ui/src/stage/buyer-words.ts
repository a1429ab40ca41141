/** What is said to a buyer after the tap: in English, and the list of every sentence. */
const EN = {
  sendingTitle: 'Being sold to you …',
  sendingText:
    'This page counts it as yours already. The stall answers in a moment; if it says no, it ' +
    'goes back and you pay nothing.',
  wentBack: 'What this page had counted as yours went back.',
  rescueFor: 'Yours to pay for another',
  missingUnitTitle: 'We sold one too many',
  missingUnitText:
    'The stall sold it before it could know that no unit was left. You are not charged. The ' +
    'hosts look for one until the time is up; after that you get a voucher if the market ' +
    'gives one.',
  voucherTitle: 'Your voucher',
  voucherText:
    '{amount} for you, because it was our fault. Choose “Voucher” when you pay, by {when}.',
}

/** The sentences of a buyer in every language. */
export const BUYER_WORDS = {
  en: EN,
  de: {
    sendingTitle: 'Wird dir verkauft …',
    sendingText:
      'Diese Seite zählt es schon als deins. Der Stand antwortet gleich; sagt er nein, geht es ' +
      'zurück und du zahlst nichts.',
    wentBack: 'Was diese Seite schon als deins gezählt hatte, ging zurück.',
    rescueFor: 'Für dich zurückgelegt noch',
    missingUnitTitle: 'Wir haben eins zu viel verkauft',
    missingUnitText:
      'Der Stand hat verkauft, bevor er wissen konnte, dass keins mehr da war. Du wirst nicht ' +
      'belastet. Bis die Zeit um ist, suchen die Gastgeber eins; danach bekommst du einen ' +
      'Gutschein, wenn der Markt welche gibt.',
    voucherTitle: 'Dein Gutschein',
    voucherText:
      '{amount} für dich, denn der Fehler lag bei uns. Wähle beim Bezahlen „Gutschein“, bis ' +
      '{when}.',
  },
  es: {
    sendingTitle: 'Te lo estamos vendiendo …',
    sendingText:
      'Esta página ya lo cuenta como tuyo. El puesto responde enseguida; si dice que no, vuelve ' +
      'a la venta y no pagas nada.',
    wentBack: 'Lo que esta página contaba como tuyo volvió a la venta.',
    rescueFor: 'Apartado para ti durante',
    missingUnitTitle: 'Vendimos uno de más',
    missingUnitText:
      'El puesto vendió antes de poder saber que no quedaba ninguno. No se te cobra. Los ' +
      'anfitriones buscan uno hasta que acabe el tiempo; después recibes un vale si el mercado ' +
      'los da.',
    voucherTitle: 'Tu vale',
    voucherText:
      '{amount} para ti, porque el error fue nuestro. Elige «Vale» al pagar, hasta {when}.',
  },
} as const satisfies Readonly<Record<string, { readonly [Key in keyof typeof EN]: string }>>
