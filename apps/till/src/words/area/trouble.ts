const en = {
  offline: 'Offline since {{time}}.',
  battery: 'The battery is at {{level}}.',
  batteryNext: 'Plug the tablet in. Every accepted sale is kept, also when the power goes away.',
  watching:
    'This one looks on and sells nothing. Close the other tab, and the till opens here by itself.',
  noSales: 'Nothing was sold yet.',
  anew: 'Enrol this tablet again',
  anewUnsent:
    'What was not sent stays on this tablet and is not lost, but the books do not have it. Call ' +
    'the person who runs the market first.',
  mayBeCleared: 'This browser may clear the till when the tablet runs out of room.',
  mayBeClearedNext:
    'Install the till by the browser’s menu, then ask again. Until then bring it to the network ' +
    'often: what was sent is safe.',
  stillMayBeCleared:
    'The browser did not promise it. Install the till by the browser’s menu, open it from there, ' +
    'and ask again.',
  keep: 'Ask the browser to keep it',
  no_release: 'This till does not know yet what is sold.',
  revoked: 'This till was revoked.',
  quarantined: 'This till is held for a check.',
  retired: 'This till was enrolled again since.',
  closed: 'This till is closed for the night.',
  clock: 'The tablet’s clock is wrong.',
  storage: 'The tablet cannot write.',
  next: {
    no_release: 'Keep it on the network for a moment.',
    revoked:
      'It sells nothing more; its sales are kept. Sell on another tablet, and bring this one to ' +
      'the person who runs the market.',
    quarantined:
      'Its journal has two versions, as after a copied or restored tablet. Nothing is ' +
      'lost: sell ' +
      'on another tablet, and call the person who runs the market.',
    retired:
      'Its epoch is over, and its sales are kept. What it had not sent comes back by ' +
      'its buyers’ ' +
      'receipts. Ask for a new code to sell with this tablet.',
    closed: 'Everything unsold went back. To sell again, ask for a new code.',
    clock: 'Set the clock, or connect once. Until then nothing is sold, and nothing is lost.',
    storage: 'Free some storage, then reload. Every accepted sale is there.',
  },
  state: {
    accepted: 'Being checked',
    deferred: 'Being checked',
    unknown: 'Being checked',
    authorized: 'Being checked',
    captured: 'Sold',
    fulfilled: 'Sold',
    rescue: 'Rescue',
    released: 'Given up',
    refund_due: 'Refund due',
    refunded: 'Refunded',
    disputed: 'Disputed',
    voided: 'Void',
  },
}

const de: typeof en = {
  offline: 'Ohne Netz seit {{time}}.',
  battery: 'Der Akku steht bei {{level}}.',
  batteryNext:
    'Steck das Tablet an. Jeder angenommene Verkauf bleibt, auch wenn der Strom ausfällt.',
  watching:
    'Dieser Tab sieht nur zu und verkauft nichts. Schließ den anderen; dann öffnet ' +
    'die Kasse hier.',
  noSales: 'Noch nichts verkauft.',
  anew: 'Dieses Tablet neu anmelden',
  anewUnsent:
    'Was nicht gesendet wurde, bleibt auf diesem Tablet und geht nicht verloren, ' +
    'doch die Bücher ' +
    'haben es nicht. Ruf zuerst die Marktleitung.',
  mayBeCleared: 'Dieser Browser darf die Kasse löschen, wenn auf dem Tablet der Platz ausgeht.',
  mayBeClearedNext:
    'Installiere die Kasse über das Menü des Browsers und frag noch einmal. Bring sie bis dahin ' +
    'oft ins Netz: was gesendet ist, ist sicher.',
  stillMayBeCleared:
    'Der Browser hat es nicht versprochen. Installiere die Kasse über sein Menü, öffne sie von ' +
    'dort und frag noch einmal.',
  keep: 'Den Browser bitten, sie zu behalten',
  no_release: 'Diese Kasse weiß noch nicht, was verkauft wird.',
  revoked: 'Diese Kasse wurde gesperrt.',
  quarantined: 'Diese Kasse ist zur Prüfung angehalten.',
  retired: 'Diese Kasse wurde inzwischen neu angemeldet.',
  closed: 'Diese Kasse ist für heute geschlossen.',
  clock: 'Die Uhr des Tablets geht falsch.',
  storage: 'Das Tablet kann nicht schreiben.',
  next: {
    no_release: 'Lass sie einen Moment im Netz.',
    revoked:
      'Sie verkauft nichts mehr; ihre Verkäufe bleiben. Verkauf an einem anderen ' +
      'Tablet und bring ' +
      'dieses zur Marktleitung.',
    quarantined:
      'Ihr Journal gibt es zweimal, wie nach einem kopierten oder zurückgespielten ' +
      'Tablet. Nichts ' +
      'ist verloren: verkauf an einem anderen Tablet und ruf die Marktleitung.',
    retired:
      'Ihre Epoche ist vorbei, ihre Verkäufe bleiben. Was nicht gesendet war, kommt durch die ' +
      'Belege der Käufer zurück. Für dieses Tablet brauchst du einen neuen Code.',
    closed: 'Alles Unverkaufte ging zurück. Zum Weiterverkaufen brauchst du einen neuen Code.',
    clock:
      'Stell die Uhr, oder verbinde einmal. Bis dahin wird nichts verkauft, nichts geht verloren.',
    storage: 'Schaff Platz, dann lade neu. Jeder angenommene Verkauf ist da.',
  },
  state: {
    accepted: 'Wird geprüft',
    deferred: 'Wird geprüft',
    unknown: 'Wird geprüft',
    authorized: 'Wird geprüft',
    captured: 'Verkauft',
    fulfilled: 'Verkauft',
    rescue: 'Zu retten',
    released: 'Aufgegeben',
    refund_due: 'Zu erstatten',
    refunded: 'Erstattet',
    disputed: 'Strittig',
    voided: 'Nichtig',
  },
}

const es: typeof en = {
  offline: 'Sin red desde las {{time}}.',
  battery: 'La batería está al {{level}}.',
  batteryNext: 'Enchufa la tableta. Toda venta aceptada se guarda, aunque se vaya la corriente.',
  watching:
    'Esta pestaña solo mira y no vende. Cierra la otra, y la caja se abrirá aquí por sí sola.',
  noSales: 'Aún no se ha vendido nada.',
  anew: 'Registrar esta tableta otra vez',
  anewUnsent:
    'Lo que no se envió queda en esta tableta y no se pierde, pero los libros no lo ' +
    'tienen. Llama ' +
    'antes a quien lleva el mercado.',
  mayBeCleared: 'Este navegador puede borrar la caja cuando a la tableta le falte espacio.',
  mayBeClearedNext:
    'Instala la caja desde el menú del navegador y pide otra vez que la guarde. Hasta entonces ' +
    'llévala a menudo a la red: lo enviado está a salvo.',
  stillMayBeCleared:
    'El navegador no lo ha prometido. Instala la caja desde su menú, ábrela desde ahí y pídelo ' +
    'otra vez.',
  keep: 'Pedir al navegador que la guarde',
  no_release: 'Esta caja aún no sabe qué se vende.',
  revoked: 'Esta caja fue revocada.',
  quarantined: 'Esta caja está retenida para revisarla.',
  retired: 'Esta caja se registró de nuevo desde entonces.',
  closed: 'Esta caja está cerrada por hoy.',
  clock: 'El reloj de la tableta está mal.',
  storage: 'La tableta no puede escribir.',
  next: {
    no_release: 'Déjala un momento en la red.',
    revoked:
      'No vende más; sus ventas se guardan. Vende con otra tableta y lleva esta a ' +
      'quien lleva el ' +
      'mercado.',
    quarantined:
      'Su diario tiene dos versiones, como tras copiar o restaurar la tableta. No se ' +
      'pierde nada: ' +
      'vende con otra tableta y llama a quien lleva el mercado.',
    retired:
      'Su época terminó y sus ventas se guardan. Lo que no envió vuelve por los recibos de sus ' +
      'compradores. Pide un código nuevo para esta tableta.',
    closed: 'Lo no vendido volvió. Para vender otra vez, pide un código nuevo.',
    clock:
      'Pon el reloj en hora, o conéctate una vez. Hasta entonces no se vende ni se pierde nada.',
    storage: 'Libera espacio y recarga. Toda venta aceptada está ahí.',
  },
  state: {
    accepted: 'En revisión',
    deferred: 'En revisión',
    unknown: 'En revisión',
    authorized: 'En revisión',
    captured: 'Vendida',
    fulfilled: 'Vendida',
    rescue: 'Rescate',
    released: 'Abandonada',
    refund_due: 'Por devolver',
    refunded: 'Devuelta',
    disputed: 'En disputa',
    voided: 'Anulada',
  },
}

/** What the till says when something is wrong, and what to do next. */
export const trouble = { en, de, es }
