import type { Words } from './en.ts'

/** What the till says in German. */
export const de: Words = {
  opening: 'Kasse wird geöffnet …',
  enrolTitle: 'Dieses Tablet zur Kasse machen',
  enrolText: 'Scanne den Code, den „nightmarket enrol --till“ zeigt, oder tippe ihn ein.',
  enrolCode: 'Code',
  enrolName: 'Wie diese Kasse heißt',
  enrolButton: 'Anmelden',
  enrolRefused: 'Der Code wurde nicht angenommen ({{code}}). Frag die Marktleitung.',
  enrolUnreachable: 'Der Markt ist nicht erreichbar. Prüfe das Netz und versuche es noch einmal.',
  conditionLost:
    'Das Journal dieser Kasse ist aus diesem Browser verschwunden. Was gesendet war, steht in ' +
    'den Büchern; melde sie neu an, um mit neuem Schlüssel weiterzumachen.',
  conditionRolledBack:
    'Der Speicher dieses Browsers ist älter als diese Kasse. Er wird nie fortgesetzt; melde sie ' +
    'neu an.',
  signInTitle: 'Wer verkauft?',
  signInPin: 'PIN',
  signInButton: 'Anmelden',
  signInWrong: 'Das ist nicht die PIN von {{name}}. Noch einmal.',
  nobody:
    'Noch arbeitet niemand an Kassen. Am Markt: nightmarket operator add NAME. Dann noch einmal.',
  again: 'Noch einmal',
  signOut: '{{name}} abmelden',
  search: 'Suchen, oder Barcode scannen',
  searchNone: 'Nichts, was hier im Verkauf ist, heißt „{{text}}“.',
  left_one: 'noch {{count}}',
  left_other: 'noch {{count}}',
  gone: 'Hier keine mehr',
  empty: 'Gerade ist nichts im Verkauf.',
  cart: 'Korb',
  cartEmpty: 'Tippe an, was gewünscht ist.',
  less: 'Ein {{title}} weniger',
  clear: 'Leeren',
  limit_one: 'Höchstens eines je Person.',
  limit_other: 'Höchstens {{count}} je Person.',
  cashTitle: 'Bar',
  cashExact: 'Passend',
  sell: 'Verkaufen',
  back: 'Zurück',
  sold: 'Verkauft',
  change: 'Rückgeld {{amount}}',
  receiptCode: 'Beleg {{code}}',
  receiptHint: 'Scannen, um einen Beleg zu haben, den alle prüfen können.',
  receiptQr: 'QR-Code des Belegs',
  next: 'Nächste Person',
  online: 'Verbunden',
  offline: 'Ohne Netz seit {{time}}. Der Verkauf geht weiter.',
  unsynced_one: '{{count}} Verkauf, {{amount}} zu senden',
  unsynced_other: '{{count}} Verkäufe, {{amount}} zu senden',
  synced: 'Alles gesendet',
  mayStillSell_one: 'Darf noch {{count}} Stück verkaufen, bis {{time}}',
  mayStillSell_other: 'Darf noch {{count}} Stück verkaufen, bis {{time}}',
  endNear: 'Was diese Kasse hat, darf nur bis {{time}} verkauft werden. Bring sie vorher ins Netz.',
  navSell: 'Verkauf',
  navSales: 'Verkäufe',
  navTill: 'Kasse',
  salesTitle: 'Verkäufe',
  salesFind: 'Nach Belegcode suchen',
  salesNone: 'Kein Verkauf passt.',
  refundWhy: 'Warum',
  tillTitle: 'Diese Kasse',
  drawer: 'Sollte in der Lade sein',
  held: 'Stück hier',
  node: 'Kasse',
  look: 'Aussehen',
  lookAuto: 'Wie das Tablet',
  lookDark: 'Dunkel',
  lookOutdoor: 'Sonne',
  large: 'Große Schrift',
  language: 'Sprache',
  update: 'Eine neue Version ist da. Beim Wechsel geht nichts verloren.',
  updateButton: 'Jetzt wechseln',
  troubleLocked: 'Diese Kasse ist in einem anderen Tab offen.',
  troubleDisk:
    'Der Speicher des Tablets ist voll. Schaffe Platz und lade neu. Jeder Verkauf ist erhalten.',
  troubleStorage:
    'Der Speicher des Tablets versagt. Jeder angenommene Verkauf ist erhalten. Lade neu; bleibt ' +
    'es so, bring das Tablet ins Netz und hole Hilfe.',
  troubleCorrupt:
    'Das Journal auf diesem Tablet stimmt nicht. Es verkauft nicht mehr und verliert nichts: ' +
    'bring es zu der Person, die den Markt betreibt.',
  notSelling: {
    no_release: 'Diese Kasse weiß noch nicht, was verkauft wird. Lass sie kurz am Netz.',
    revoked:
      'Diese Kasse wurde gesperrt. Ihre Verkäufe sind erhalten; bring sie zu der Person, die ' +
      'den Markt betreibt.',
    quarantined:
      'Diese Kasse wird geprüft. Ihre Verkäufe sind erhalten; bring sie zu der Person, die den ' +
      'Markt betreibt.',
    closed: 'Diese Kasse ist geschlossen. Melde sie neu an, um zu verkaufen.',
    clock: 'Die Uhr des Tablets geht falsch. Stelle sie oder verbinde einmal, dann geht es weiter.',
    storage: 'Das Tablet kann nicht schreiben. Schaffe Platz; es geht von selbst weiter.',
  },
  refusal: {
    units_short: 'An dieser Kasse sind zu wenige übrig.',
    sold_out: 'Ausverkauft.',
    customer_limit: 'So viele darf eine Person nicht haben.',
    quantity_over_limit: 'So viele darf eine Person nicht haben.',
    drop_closed: 'Dieser Drop ist vorbei.',
    other: 'Nicht verkauft ({{code}}). Nichts wurde genommen; noch einmal.',
  },
}
