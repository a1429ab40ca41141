import type { MainWords } from './words.ts'

/** The stage in German. */
export const WORDS_DE: MainWords = {
  skip: 'Zum Angebot springen',
  live: 'Live',
  upcoming: 'Beginn {when}',
  over: 'Diese Show ist vorbei.',
  hosts: 'mit {hosts}',
  drops: 'Im Verkauf',
  dropOpens: 'Öffnet {when}',
  dropOpensIn: 'Öffnet in',
  dropCloses: 'Schließt {when}',
  dropClosesIn: 'Schließt in',
  dropClosed: 'Dieser Drop ist vorbei.',
  dropClosedNext: 'Was verkauft wurde, ist unterwegs. Sieh, was sonst läuft.',
  left: 'Noch {count}',
  leftOne: 'Das letzte Stück',
  line: 'Alle vergeben, vielleicht kommen welche zurück',
  soldOut: 'Ausverkauft',
  soldOutWhy:
    'Kein Stück ist frei, reserviert oder auf dem Rückweg. Hier wartet niemand auf nichts.',
  perCustomer: 'Höchstens {count} pro Person',
  buy: 'Kaufen',
  buyFor: 'Kaufen · {price}',
  joinLine: 'Anstellen · {price}',
  notOpen: 'Noch nicht offen',
  details: 'Mehr',
  wasPrice: 'statt {price}',
  yourPrice: 'Dein Preis',
  quantity: 'Wie viele',
  total: 'Summe',
  checkout: 'Kaufen',
  promise: 'Dieser Preis gilt für dich bis {when}.',
  promiseFor: 'Dieser Preis gilt für dich noch',
  payWith: 'Bezahlen mit',
  payCard: 'Karte',
  payVoucher: 'Gutschein',
  voucherCode: 'Gutscheincode',
  testCard: 'Testkarte',
  testCardNote: 'Dieser Markt nimmt nur Testzahlungen an. Keine Karte wird belastet.',
  cardWorks: 'Visa ·· 4242, wird angenommen',
  cardDeclines: 'Visa ·· 0002, wird abgelehnt',
  cardNoFunds: 'Visa ·· 9995, ohne Deckung',
  cardMastercard: 'Mastercard ·· 4444, wird angenommen',
  cardNeedsScript:
    'Deine Karte gibst du im Formular des Zahlungsanbieters ein; das braucht JavaScript. ' +
    'Ohne zahlst du mit einem Gutschein.',
  cardLoading: 'Das Kartenformular wird geholt …',
  payNow: '{price} bezahlen',
  cancel: 'Doch nicht',
  close: 'Schließen',
  back: 'Zurück zur Show',
  consentTitle: 'Dürfen Angebote von dir abhängen?',
  consentText:
    'Wenn du ja sagst, kann dieser Markt dir ein Angebot machen, das nicht alle bekommen. Er ' +
    'kennt dich nur als Zufallszahl auf diesem Gerät: kein Name, keine Adresse, kein Profil ' +
    'verlässt es. Wenn du nein sagst, siehst du, was alle sehen. Du kannst es jederzeit ' +
    'ändern.',
  consentYes: 'Ja, zeigt mir Angebote',
  consentNo: 'Nein, dasselbe wie alle',
  consentIsYes: 'Angebote dürfen von dir abhängen.',
  consentIsNo: 'Du siehst dieselben Angebote wie alle.',
  consentChange: 'Ändern',
  privacy: 'Deine Daten',
  offline:
    'Du bist offline. Was du kaufst, wird hier aufbewahrt und gesendet, sobald du zurück ' +
    'bist.',
  queuedTitle: 'Auf diesem Gerät aufbewahrt',
  queuedText:
    'Deine Bestellung liegt hier und geht hinaus, sobald es eine Verbindung gibt. Sie wird ' +
    'höchstens einmal gekauft, egal wie oft sie gesendet wird.',
  edgeAwayTitle: 'Der Stand antwortet nicht',
  edgeAwayText:
    'Deine Bestellung war unterwegs, als die Verbindung abbrach. Wir fragen diesen Stand ' +
    'weiter, denn nur er weiß es. Du zahlst nie doppelt; diese Seite darf geschlossen und ' +
    'wieder geöffnet werden.',
  edgeMoved: 'Ein anderer Stand bedient dich jetzt. Alles, was du siehst, ist aktuell.',
  waitingTitle: 'Du bist Nummer {position} in der Schlange',
  waitingText:
    'Kommen Stücke zurück, gehen sie der Reihe nach an die Wartenden. Du musst nicht neu ' +
    'laden. Bist du dran, werden sie für dich zurückgelegt.',
  leaveLine: 'Schlange verlassen',
  heldTitle: 'Du bist dran',
  heldText: 'Für dich zurückgelegt. Nach dem Countdown geht es an die Nächsten in der Schlange.',
  heldFor: 'Deins noch',
  letGo: 'Freigeben',
  payingTitle: 'Deine Zahlung läuft',
  payingText: 'Solange ist es für dich zurückgelegt. Das dauert normalerweise eine Sekunde.',
  deferredTitle: 'Gekauft. Die Zahlung wird bestätigt',
  deferredText:
    'Das Stück ist deins, der Beleg ist unterschrieben. Die Zahlung wird bestätigt, sobald ' +
    'der Anbieter antwortet. Lehnt er ab, kannst du anders bezahlen.',
  acceptedTitle: 'Gekauft',
  acceptedText: 'Bezahlt, und deins. Hier ist dein Beleg.',
  unknownTitle: 'Gekauft. Der Zahlungsanbieter hat noch nicht geantwortet',
  unknownText:
    'Das Stück ist deins. Wir fragen nach, was aus der Zahlung wurde, und belasten nie ' +
    'doppelt.',
  rescueTitle: 'Die Zahlung wurde abgelehnt',
  rescueText:
    'Das Stück ist noch deins. Wähle einen anderen Weg zu zahlen; ist die Zeit um, geht es an ' +
    'die Nächsten, und du zahlst nichts.',
  releasedTitle: 'Diese Bestellung ist beendet',
  releasedText:
    'Sie wurde nicht bezahlt, das Stück ging an die Nächsten. Du wurdest nicht belastet.',
  refundDueTitle: 'Deine Erstattung ist unterwegs',
  refundDueText: 'Das Geld geht zurück, wie es kam.',
  refundedTitle: 'Erstattet',
  refundedText: 'Das Geld ging zurück, wie es kam.',
  disputedTitle: 'Bei der Bank',
  disputedText: 'Du hast deine Bank nach dieser Zahlung gefragt. Die Bank entscheidet.',
  voidedTitle: 'Storniert',
  voidedText: 'Der Markt hat diese Bestellung storniert. Was bezahlt war, geht zurück.',
  fulfilledTitle: 'Übergeben',
  fulfilledText: 'Du hast es. Viel Freude.',
  expiredTitle: 'Die Zeit ist abgelaufen',
  expiredText: 'Die Stücke gingen an die Nächsten in der Schlange. Du wurdest nicht belastet.',
  leftTitle: 'Du hast die Schlange verlassen',
  lineOverTitle: 'Ausverkauft, während du gewartet hast',
  lineOverText: 'Nichts ist übrig, und nichts kommt zurück. Du wurdest nicht belastet.',
  declinedTitle: 'Die Zahlung wurde abgelehnt',
  declinedText: 'Du wurdest nicht belastet, die Stücke gingen zurück. Versuche eine andere Karte.',
  priceTitle: 'Der Preis hat sich geändert',
  priceText: 'Er war {was}, als du getippt hast, und ist jetzt {now}. Nichts wurde gekauft.',
  refusedTitle: 'Nicht gekauft',
  voucherWrongText: 'Dieser Gutscheincode gilt hier nicht. Prüfe, wie er geschrieben ist.',
  limitText: 'Du hast die Grenze pro Person dafür erreicht.',
  closedText: 'Der Drop ist vorbei. Du wurdest nicht belastet.',
  refusedText: 'Der Stand hat diese Bestellung abgelehnt: {code}. Du wurdest nicht belastet.',
  again: 'Noch einmal',
  forget: 'Weglegen',
  nextStep: 'Nächster Schritt',
  receipt: 'Beleg',
  yourReceipt: 'Dein Beleg',
  order: 'Bestellung',
  soldBy: 'Verkauft von',
  soldAt: 'Um',
  proof: 'Beweis',
  proofText:
    'Eintrag {leaf} von {size} unter einem unterschriebenen Prüfpunkt. Jeder kann es prüfen, ' +
    'auch offline.',
  download: 'Datei behalten',
  checkReceipt: 'Prüfen',
  verifyTitle: 'Beleg prüfen',
  verifyText:
    'Ein Beleg beweist sich selbst: Er ist ein Eintrag im Journal des Standes, der verkauft ' +
    'hat, von ihm unterschrieben, und der Markt bürgt für dessen Schlüssel. Füge einen ein ' +
    'oder wähle seine Datei. Er wird hier geprüft und nirgends aufbewahrt.',
  verifyPaste: 'Der Beleg',
  verifyFile: 'Oder seine Datei',
  verifyCheck: 'Prüfen',
  verifyGood: 'Dieser Beleg ist echt.',
  verifyBad: 'Dieser Beleg beweist nichts.',
  verifyWhy: 'Woran es liegt: {code}',
  errorTitle: 'Bei uns ist etwas schiefgegangen',
  errorText: 'Nichts wurde doppelt gekauft, nichts ging verloren. Versuche es gleich noch einmal.',
  missingTitle: 'Hier ist nichts',
  missingText: 'Die Adresse ist vielleicht vertippt, oder was hier war, ist vorbei.',
  emptyTitle: 'Noch ist nichts los',
  emptyText:
    'Der Markt ist offen, die Show noch nicht. Komm bald wieder: Diese Seite füllt sich von ' +
    'selbst.',
  notSellingTitle: 'Dieser Stand verkauft gerade nicht',
  notSellingText: 'Was gekauft wurde, ist sicher. Versuche es gleich noch einmal.',
  yourOrders: 'Deine Bestellungen',
  fastest: 'Stand {name}',
  noScript: 'Alles geht auch ohne JavaScript. Lade neu, um Neues zu sehen.',
  reload: 'Noch einmal nachsehen',
  sandbox: 'Testmarkt: kein echtes Geld',
  oneTap: 'Mit einem Tipp kaufen',
}
