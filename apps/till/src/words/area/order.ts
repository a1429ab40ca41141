const en = {
  syncing: 'Sending {{sent}} of {{sales}} sales, {{sentAmount}} of {{amount}}',
  backToSales: 'All sales',
  verdictsTitle: 'What became of them',
  verdict: {
    unsent: 'To send',
    checking: 'Being checked',
    kept: 'Kept',
    rescue: 'Rescue',
    refunding: 'Refund due',
    refunded: 'Refunded',
    vouchered: 'Voucher given',
    given_up: 'Given up',
    disputed: 'Disputed',
    voided: 'Void',
  },
  after: {
    unsent: 'This sale is safe on this tablet and will be sent by itself.',
    checking: 'The books have it. Its payment, or their answer, is on its way.',
    kept: 'Booked, with its money. Nothing is left to do.',
    refunding: 'The books owe this money back. If it was cash, give it back and say so here.',
    refunded: 'The money is back with the buyer.',
    vouchered: 'The buyer has a voucher instead.',
    given_up: 'This sale was given up; its units are for the next buyer.',
    disputed: 'The buyer’s bank asks for the money. The person who runs the market answers.',
    voided: 'Never charged. Nothing is left to do.',
  },
  rescue: {
    payment_refused:
      'The payment was refused. Ask the buyer to pay another way; or give a voucher, or let the ' +
      'next buyer have it.',
    units_contested:
      'Sold here after it had been promised elsewhere. The cash is in the drawer: give it back, ' +
      'or keep the sale when the buyer has the goods and tell the person who runs the market.',
  },
  rescueUntil: 'Its units are kept for this buyer until {{time}}.',
  voucherCode: 'QR code of the voucher',
  voucherFor: 'Good for {{amount}} until {{time}}.',
  remedy: {
    pay_back: 'Give the cash back',
    refund: 'Refund',
    pay_again: 'Pay in cash instead',
    voucher: 'Give a voucher',
    release: 'Next buyer gets it',
  },
  remedyText: {
    pay_back: 'Take {{amount}} out of the drawer. It is on record at once; the books follow.',
    refund: 'Only the books can send {{amount}} back. This asks them; they answer later.',
    pay_again: 'Take {{amount}} in cash for this sale.',
    voucher: 'Only the books give vouchers. This asks for one of {{amount}}; its code comes later.',
    release: 'The sale is given up, and its units go to the next buyer, once the books agree.',
  },
  remedyDo: {
    pay_back: '{{amount}} given back',
    refund: 'Ask for the refund',
    pay_again: '{{amount}} taken',
    voucher: 'Ask for the voucher',
    release: 'Give this sale up',
  },
  remedyRefused: 'Not done ({{code}}). Nothing was written.',
  why: {
    broken: 'Broken',
    wrong: 'Wrong thing',
    unwanted: 'Changed their mind',
    payment: 'Payment failed',
    gone: 'Buyer has gone',
  },
  asked: {
    onItsWay: 'Asked; answer to come',
    queued: 'waits for the books',
    done: 'done',
    refused: 'refused ({{code}})',
    paid_out: 'Cash given back:',
    refund: 'Refund asked for:',
    voucher: 'Voucher asked for:',
    release: 'Next buyer asked for:',
  },
  stewardAsked: 'A steward has to say yes.',
  stewardConfirm: 'I stand for this',
  noSteward: 'No steward is known here. Connect once, or ask the person who runs the market.',
}

const de: typeof en = {
  syncing: 'Sendet {{sent}} von {{sales}} Verkäufen, {{sentAmount}} von {{amount}}',
  backToSales: 'Alle Verkäufe',
  verdictsTitle: 'Was daraus wurde',
  verdict: {
    unsent: 'Zu senden',
    checking: 'Wird geprüft',
    kept: 'Gilt',
    rescue: 'Zu retten',
    refunding: 'Zu erstatten',
    refunded: 'Erstattet',
    vouchered: 'Gutschein',
    given_up: 'Aufgegeben',
    disputed: 'Strittig',
    voided: 'Nichtig',
  },
  after: {
    unsent: 'Dieser Verkauf ist auf diesem Tablet sicher und wird von selbst gesendet.',
    checking: 'Die Bücher haben ihn. Seine Zahlung oder ihre Antwort ist unterwegs.',
    kept: 'Gebucht, mit seinem Geld. Es bleibt nichts zu tun.',
    refunding:
      'Die Bücher schulden dieses Geld zurück. War es bar, dann gib es zurück und sag es hier.',
    refunded: 'Das Geld ist wieder beim Käufer.',
    vouchered: 'Der Käufer hat stattdessen einen Gutschein.',
    given_up: 'Dieser Verkauf wurde aufgegeben; seine Stücke sind für den nächsten Käufer.',
    disputed: 'Die Bank des Käufers fordert das Geld. Wer den Markt leitet, antwortet.',
    voided: 'Nie belastet. Es bleibt nichts zu tun.',
  },
  rescue: {
    payment_refused:
      'Die Zahlung wurde abgelehnt. Bitte den Käufer, anders zu zahlen; oder gib einen ' +
      'Gutschein, oder lass es dem nächsten Käufer.',
    units_contested:
      'Hier verkauft, nachdem es anderswo versprochen war. Das Geld liegt in der Kasse: gib es ' +
      'zurück, oder lass den Verkauf stehen, wenn der Käufer die Ware hat, und sag es der ' +
      'Marktleitung.',
  },
  rescueUntil: 'Seine Ware bleibt diesem Käufer bis {{time}}.',
  voucherCode: 'QR-Code des Gutscheins',
  voucherFor: 'Gut für {{amount}} bis {{time}}.',
  remedy: {
    pay_back: 'Bargeld zurückgeben',
    refund: 'Erstatten',
    pay_again: 'Stattdessen bar zahlen',
    voucher: 'Gutschein geben',
    release: 'Nächster Käufer bekommt es',
  },
  remedyText: {
    pay_back: 'Nimm {{amount}} aus der Kasse. Es steht sofort fest; die Bücher folgen.',
    refund: 'Nur die Bücher können {{amount}} zurücksenden. Das bittet sie; die Antwort folgt.',
    pay_again: 'Nimm {{amount}} bar für diesen Verkauf.',
    voucher: 'Nur die Bücher geben Gutscheine. Das bittet um {{amount}}; der Code kommt später.',
    release: 'Der Verkauf wird aufgegeben; stimmen die Bücher zu, bekommt es der nächste Käufer.',
  },
  remedyDo: {
    pay_back: '{{amount}} zurückgegeben',
    refund: 'Um Erstattung bitten',
    pay_again: '{{amount}} genommen',
    voucher: 'Um Gutschein bitten',
    release: 'Verkauf aufgeben',
  },
  remedyRefused: 'Nicht getan ({{code}}). Nichts wurde geschrieben.',
  why: {
    broken: 'Kaputt',
    wrong: 'Falsche Ware',
    unwanted: 'Umentschieden',
    payment: 'Zahlung fehlgeschlagen',
    gone: 'Käufer ist weg',
  },
  asked: {
    onItsWay: 'Gefragt; Antwort folgt',
    queued: 'wartet auf die Bücher',
    done: 'erledigt',
    refused: 'abgelehnt ({{code}})',
    paid_out: 'Bargeld zurückgegeben:',
    refund: 'Erstattung erbeten:',
    voucher: 'Gutschein erbeten:',
    release: 'Für den nächsten Käufer erbeten:',
  },
  stewardAsked: 'Eine Aufsicht muss zustimmen.',
  stewardConfirm: 'Ich stehe dafür ein',
  noSteward: 'Hier ist keine Aufsicht bekannt. Verbinde einmal, oder frag die Marktleitung.',
}

const es: typeof en = {
  syncing: 'Enviando {{sent}} de {{sales}} ventas, {{sentAmount}} de {{amount}}',
  backToSales: 'Todas las ventas',
  verdictsTitle: 'Qué fue de ellas',
  verdict: {
    unsent: 'Por enviar',
    checking: 'En revisión',
    kept: 'Válida',
    rescue: 'Rescate',
    refunding: 'Por devolver',
    refunded: 'Devuelta',
    vouchered: 'Con vale',
    given_up: 'Abandonada',
    disputed: 'En disputa',
    voided: 'Anulada',
  },
  after: {
    unsent: 'Esta venta está segura en esta tableta y se enviará sola.',
    checking: 'Los libros la tienen. Su pago, o la respuesta, está en camino.',
    kept: 'Anotada, con su dinero. No queda nada por hacer.',
    refunding:
      'Los libros deben devolver este dinero. Si fue en efectivo, devuélvelo y dilo aquí.',
    refunded: 'El dinero ha vuelto al comprador.',
    vouchered: 'El comprador tiene un vale en su lugar.',
    given_up: 'Esta venta se abandonó; sus unidades son para el siguiente comprador.',
    disputed: 'El banco del comprador reclama el dinero. Responde quien lleva el mercado.',
    voided: 'Nunca se cobró. No queda nada por hacer.',
  },
  rescue: {
    payment_refused:
      'El pago fue rechazado. Pide al comprador que pague de otro modo; o da un vale, o deja que ' +
      'se lo lleve el siguiente.',
    units_contested:
      'Se vendió aquí cuando ya estaba prometido en otro lugar. El efectivo está en la caja: ' +
      'devuélvelo, o mantén la venta si el comprador tiene la mercancía y avisa a quien lleva el ' +
      'mercado.',
  },
  rescueUntil: 'Sus unidades se guardan para este comprador hasta las {{time}}.',
  voucherCode: 'Código QR del vale',
  voucherFor: 'Vale por {{amount}} hasta {{time}}.',
  remedy: {
    pay_back: 'Devolver el efectivo',
    refund: 'Devolver',
    pay_again: 'Pagar en efectivo',
    voucher: 'Dar un vale',
    release: 'Para el siguiente comprador',
  },
  remedyText: {
    pay_back: 'Saca {{amount}} de la caja. Queda anotado al momento; los libros siguen.',
    refund: 'Solo los libros pueden devolver {{amount}}. Esto lo pide; la respuesta llega luego.',
    pay_again: 'Toma {{amount}} en efectivo por esta venta.',
    voucher: 'Solo los libros dan vales. Esto pide uno de {{amount}}; el código llega luego.',
    release: 'La venta se abandona y, si los libros lo aceptan, es para el siguiente comprador.',
  },
  remedyDo: {
    pay_back: '{{amount}} devueltos',
    refund: 'Pedir la devolución',
    pay_again: '{{amount}} cobrados',
    voucher: 'Pedir el vale',
    release: 'Abandonar la venta',
  },
  remedyRefused: 'No se hizo ({{code}}). No se escribió nada.',
  why: {
    broken: 'Roto',
    wrong: 'Artículo equivocado',
    unwanted: 'Cambió de idea',
    payment: 'Falló el pago',
    gone: 'El comprador se fue',
  },
  asked: {
    onItsWay: 'Pedido; respuesta en camino',
    queued: 'espera a los libros',
    done: 'hecho',
    refused: 'rechazado ({{code}})',
    paid_out: 'Efectivo devuelto:',
    refund: 'Devolución pedida:',
    voucher: 'Vale pedido:',
    release: 'Pedido para el siguiente:',
  },
  stewardAsked: 'Un encargado tiene que aceptarlo.',
  stewardConfirm: 'Respondo por esto',
  noSteward: 'Aquí no se conoce a ningún encargado. Conéctate una vez, o pregunta al mercado.',
}

/** What the till says about a sale afterwards: what became of it, and what can be done. */
export const order = { en, de, es }
