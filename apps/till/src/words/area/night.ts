const en = {
  cashbox: {
    title: 'Drawer',
    count: 'Count',
    opening: 'Open',
    in: 'Put in',
    out: 'Take out',
    expected: 'There should be {{amount}} in it.',
    amount: {
      count: 'Counted',
      opening: 'There at the start',
      in: 'Put in',
      out: 'Taken out',
    },
    why: { count: 'counted', opening: 'opened', in: 'put in', out: 'taken out' },
    recorded: 'On record: {{amount}}.',
    same: 'As it should be',
    missing: '{{amount}} missing',
    over: '{{amount}} too much',
  },
  close: {
    title: 'Close for the night',
    closed: 'Closed for the night',
    at: 'As of',
    unsynced:
      'Not everything has been sent. Closing loses nothing: keep the tablet on a network until ' +
      'it says “All sent”.',
    rescues_one: 'One sale needs rescue. See Sales.',
    rescues_other: '{{count}} sales need rescue. See Sales.',
    cash_one: 'Cash, {{count}} sale',
    cash_other: 'Cash, {{count}} sales',
    card_one: 'Card, {{count}} sale',
    card_other: 'Card, {{count}} sales',
    voucher_one: 'Voucher, {{count}} sale',
    voucher_other: 'Voucher, {{count}} sales',
    total_one: 'Together, {{count}} sale',
    total_other: 'Together, {{count}} sales',
    unpaid: 'Without their money',
    paidOut: 'Cash given back',
    difference: 'Difference when last counted',
    notCounted: 'not counted',
    drawer: 'Count the drawer',
    last: 'Close',
    text:
      'Everything unsold goes back, and this till sells nothing more until it is enrolled again.',
    button: 'Close this till',
    print: 'Print the summary',
  },
  restore: {
    title: 'Restore sales of a lost till',
    text:
      'When a till is lost for good, its buyers’ receipts bring its sales back. Scan each; the ' +
      'books take it once.',
    scan: 'Scan a receipt',
    paste: 'Or paste a receipt, or its address',
    bring: 'Bring it in',
    restored: 'Restored. The books have this sale now.',
    known: 'The books have this sale already.',
    unreachable: 'The books were not reached. Try again on a network.',
    not_receipt: 'This is no receipt of this market ({{code}}).',
    refused: 'The books refused it ({{code}}).',
    expected:
      'Its till is still expected to send this sale itself. Enrol that till again first, or have ' +
      'it revoked.',
  },
}

const de: typeof en = {
  cashbox: {
    title: 'Geldlade',
    count: 'Zählen',
    opening: 'Öffnen',
    in: 'Einlegen',
    out: 'Entnehmen',
    expected: 'Es sollten {{amount}} darin sein.',
    amount: {
      count: 'Gezählt',
      opening: 'Zu Beginn darin',
      in: 'Eingelegt',
      out: 'Entnommen',
    },
    why: { count: 'gezählt', opening: 'geöffnet', in: 'eingelegt', out: 'entnommen' },
    recorded: 'Festgehalten: {{amount}}.',
    same: 'Wie es sein soll',
    missing: '{{amount}} fehlen',
    over: '{{amount}} zu viel',
  },
  close: {
    title: 'Für heute schließen',
    closed: 'Für heute geschlossen',
    at: 'Stand',
    unsynced:
      'Noch ist nicht alles gesendet. Schließen verliert nichts: lass das Tablet im Netz, bis es ' +
      '„Alles gesendet“ sagt.',
    rescues_one: 'Ein Verkauf ist zu retten. Siehe Verkäufe.',
    rescues_other: '{{count}} Verkäufe sind zu retten. Siehe Verkäufe.',
    cash_one: 'Bar, {{count}} Verkauf',
    cash_other: 'Bar, {{count}} Verkäufe',
    card_one: 'Karte, {{count}} Verkauf',
    card_other: 'Karte, {{count}} Verkäufe',
    voucher_one: 'Gutschein, {{count}} Verkauf',
    voucher_other: 'Gutschein, {{count}} Verkäufe',
    total_one: 'Zusammen, {{count}} Verkauf',
    total_other: 'Zusammen, {{count}} Verkäufe',
    unpaid: 'Ohne ihr Geld',
    paidOut: 'Bar zurückgegeben',
    difference: 'Unterschied beim letzten Zählen',
    notCounted: 'nicht gezählt',
    drawer: 'Zähl die Geldlade',
    last: 'Schließen',
    text:
      'Unverkauftes geht zurück; diese Kasse verkauft erst wieder, wenn sie neu angemeldet ist.',
    button: 'Diese Kasse schließen',
    print: 'Abrechnung drucken',
  },
  restore: {
    title: 'Verkäufe einer verlorenen Kasse',
    text:
      'Ist eine Kasse endgültig verloren, bringen die Belege der Käufer ihre Verkäufe zurück. ' +
      'Scanne jeden; die Bücher nehmen ihn einmal.',
    scan: 'Beleg scannen',
    paste: 'Oder füg einen Beleg oder seine Adresse ein',
    bring: 'Einreichen',
    restored: 'Wiederhergestellt. Die Bücher haben diesen Verkauf jetzt.',
    known: 'Die Bücher haben diesen Verkauf schon.',
    unreachable: 'Die Bücher waren nicht erreichbar. Versuch es im Netz noch einmal.',
    not_receipt: 'Das ist kein Beleg dieses Marktes ({{code}}).',
    refused: 'Die Bücher haben ihn abgelehnt ({{code}}).',
    expected:
      'Seine Kasse soll den Verkauf noch selbst senden. Melde sie erst neu an, oder lass sie ' +
      'sperren.',
  },
}

const es: typeof en = {
  cashbox: {
    title: 'Cajón',
    count: 'Contar',
    opening: 'Abrir',
    in: 'Meter',
    out: 'Sacar',
    expected: 'Debería haber {{amount}}.',
    amount: {
      count: 'Contado',
      opening: 'Al empezar',
      in: 'Metido',
      out: 'Sacado',
    },
    why: { count: 'contado', opening: 'abierto', in: 'metido', out: 'sacado' },
    recorded: 'Anotado: {{amount}}.',
    same: 'Como debe ser',
    missing: 'Faltan {{amount}}',
    over: 'Sobran {{amount}}',
  },
  close: {
    title: 'Cerrar por hoy',
    closed: 'Cerrada por hoy',
    at: 'A las',
    unsynced:
      'Aún no se ha enviado todo. Cerrar no pierde nada: deja la tableta en una red hasta que ' +
      'diga que todo está enviado.',
    rescues_one: 'Una venta necesita rescate. Mira en Ventas.',
    rescues_other: '{{count}} ventas necesitan rescate. Mira en Ventas.',
    cash_one: 'Efectivo, {{count}} venta',
    cash_other: 'Efectivo, {{count}} ventas',
    card_one: 'Tarjeta, {{count}} venta',
    card_other: 'Tarjeta, {{count}} ventas',
    voucher_one: 'Vale, {{count}} venta',
    voucher_other: 'Vale, {{count}} ventas',
    total_one: 'En total, {{count}} venta',
    total_other: 'En total, {{count}} ventas',
    unpaid: 'Sin su dinero',
    paidOut: 'Efectivo devuelto',
    difference: 'Diferencia al contar por última vez',
    notCounted: 'sin contar',
    drawer: 'Cuenta el cajón',
    last: 'Cerrar',
    text: 'Lo no vendido vuelve, y esta caja no vende más hasta que se inscriba de nuevo.',
    button: 'Cerrar esta caja',
    print: 'Imprimir el resumen',
  },
  restore: {
    title: 'Recuperar ventas de una caja perdida',
    text:
      'Cuando una caja se pierde del todo, los recibos de sus compradores traen sus ventas de ' +
      'vuelta. Escanea cada uno; los libros lo toman una vez.',
    scan: 'Escanear un recibo',
    paste: 'O pega un recibo, o su dirección',
    bring: 'Presentarlo',
    restored: 'Recuperada. Los libros ya tienen esta venta.',
    known: 'Los libros ya tenían esta venta.',
    unreachable: 'No se llegó a los libros. Prueba otra vez con red.',
    not_receipt: 'Este no es un recibo de este mercado ({{code}}).',
    refused: 'Los libros lo rechazaron ({{code}}).',
    expected:
      'Su caja aún debe enviar esta venta. Regístrala otra vez primero, o haz que la revoquen.',
  },
}

/** What the till says about its drawer, the end of the night, and tills that are lost. */
export const night = { en, de, es }
