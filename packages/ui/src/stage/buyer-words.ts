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
  storedWay: '{label}, with one tap',
  rememberOffer: 'Remember me on this phone',
  rememberTitle: 'Next time, one tap buys',
  rememberText:
    'Your phone keeps a key that opens with your finger, your face or your code. The card stays ' +
    'with the payment processor, never with this market. It knows no name and no address of ' +
    'yours. Take it back at any time under “Your privacy”.',
  rememberCard: 'The card to remember',
  rememberDo: 'Remember it',
  rememberedText: '{label} is remembered. Next time one tap buys.',
  rememberRefused: 'Nothing was remembered, and nothing was charged.',
  rememberDeclined: 'This card cannot be kept. Choose another one.',
  rememberAway: 'The market cannot be reached at the moment. Try again in a while.',
  recognise: 'I was remembered here before',
  recogniseRefused: 'This phone has no key that the market knows.',
  forgetTitle: 'One tap on this phone',
  forgetText: '{label} is kept for you by the payment processor.',
  forgetDo: 'Forget it',
  forgotten: 'Forgotten, here and at the payment processor.',
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
    storedWay: '{label}, mit einem Tipp',
      rememberOffer: 'Auf diesem Handy merken',
    rememberTitle: 'Nächstes Mal reicht ein Tipp',
    rememberText:
      'Dein Handy bewahrt einen Schlüssel auf, den dein Finger, dein Gesicht oder dein Code ' +
      'öffnet. Die Karte bleibt beim Zahlungsanbieter, nie bei diesem Markt. Er kennt weder ' +
      'Namen noch Adresse von dir. Unter „Deine Daten“ nimmst du es jederzeit zurück.',
    rememberCard: 'Die Karte, die gemerkt wird',
    rememberDo: 'Merken',
    rememberedText: '{label} ist gemerkt. Nächstes Mal reicht ein Tipp.',
    rememberRefused: 'Nichts wurde gemerkt, nichts wurde belastet.',
    rememberDeclined: 'Diese Karte kann nicht gemerkt werden. Wähle eine andere.',
    rememberAway: 'Der Markt ist gerade nicht erreichbar. Versuche es später noch einmal.',
    recognise: 'Ich war hier schon gemerkt',
    recogniseRefused: 'Dieses Handy hat keinen Schlüssel, den der Markt kennt.',
    forgetTitle: 'Ein Tipp auf diesem Handy',
    forgetText: '{label} wird beim Zahlungsanbieter für dich aufbewahrt.',
    forgetDo: 'Vergessen',
    forgotten: 'Vergessen, hier und beim Zahlungsanbieter.',
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
    storedWay: '{label}, con un toque',
      rememberOffer: 'Recordarme en este teléfono',
    rememberTitle: 'La próxima vez basta un toque',
    rememberText:
      'Tu teléfono guarda una llave que abre tu dedo, tu cara o tu código. La tarjeta queda en ' +
      'el procesador de pagos, nunca en este mercado, que no conoce ni tu nombre ni tu ' +
      'dirección. Puedes retirarlo cuando quieras en «Tu privacidad».',
    rememberCard: 'La tarjeta que se recordará',
    rememberDo: 'Recordarla',
    rememberedText: '{label} queda recordada. La próxima vez basta un toque.',
    rememberRefused: 'No se recordó nada y no se cobró nada.',
    rememberDeclined: 'Esta tarjeta no se puede guardar. Elige otra.',
    rememberAway: 'El mercado no está disponible ahora. Inténtalo más tarde.',
    recognise: 'Ya me recordasteis aquí',
    recogniseRefused: 'Este teléfono no tiene ninguna llave que el mercado conozca.',
    forgetTitle: 'Un toque en este teléfono',
    forgetText: 'El procesador de pagos guarda {label} para ti.',
    forgetDo: 'Olvidarla',
    forgotten: 'Olvidada, aquí y en el procesador de pagos.',
  },
} as const satisfies Readonly<Record<string, { readonly [Key in keyof typeof EN]: string }>>
