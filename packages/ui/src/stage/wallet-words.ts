import type { StageLanguage } from './words.ts'

/** What the page of a wallet says. */
export interface WalletWords {
  readonly title: string
  readonly offer: string
  readonly how: string
  readonly agree: string
  readonly open: string
  readonly asked: string
  readonly refused: string
  readonly left: string
  readonly until: string
  readonly tipTitle: string
  readonly tip: string
  readonly thingsTitle: string
  readonly buy: string
  readonly spentTitle: string
  readonly aTip: string
  readonly nothing: string
  readonly close: string
  readonly closeNote: string
  readonly closed: string
  readonly closedNothing: string
  readonly again: string
  readonly short: string
  readonly over: string
}

const WORDS: Readonly<Record<StageLanguage, WalletWords>> = {
  en: {
    title: 'Tips and small things',
    offer: 'Keep {amount} ready',
    how:
      'Your bank sets {amount} aside once. You tip and buy small things with one tap. ' +
      'After the show you pay only what you spent; the rest is given back. You can end it ' +
      'at any time.',
    agree: 'Yes, set {amount} aside on this card',
    open: 'Keep {amount} ready',
    asked: 'Your bank is being asked. This takes a moment.',
    refused: 'Your bank did not set the amount aside. Nothing was taken.',
    left: '{amount} left',
    until: 'Ready until {when}',
    tipTitle: 'Give a tip',
    tip: '{amount} tip',
    thingsTitle: 'Small things, with one tap',
    buy: 'Buy for {price}',
    spentTitle: 'What you spent',
    aTip: 'Tip',
    nothing: 'Nothing yet.',
    close: 'End it now',
    closeNote: 'You pay {spent}. {rest} is given back.',
    closed: 'Over. You pay {spent}; {rest} is given back to your card.',
    closedNothing: 'Over. Nothing was spent: all of it is given back to your card.',
    again: 'Keep an amount ready again',
    short: 'There is less than that left. Take a smaller tip, or pay by card.',
    over: 'This is over: nothing more can be spent from it.',
  },
  de: {
    title: 'Trinkgeld und Kleinigkeiten',
    offer: '{amount} bereithalten',
    how:
      'Deine Bank legt einmal {amount} zurück. Trinkgeld und Kleinigkeiten gehen dann mit ' +
      'einem Tippen. Nach der Show zahlst du nur, was du ausgegeben hast; der Rest wird ' +
      'freigegeben. Du kannst jederzeit aufhören.',
    agree: 'Ja, {amount} auf dieser Karte zurücklegen',
    open: '{amount} bereithalten',
    asked: 'Deine Bank wird gefragt. Das dauert einen Moment.',
    refused: 'Deine Bank hat den Betrag nicht zurückgelegt. Es wurde nichts abgebucht.',
    left: 'Noch {amount}',
    until: 'Bereit bis {when}',
    tipTitle: 'Trinkgeld geben',
    tip: '{amount} Trinkgeld',
    thingsTitle: 'Kleinigkeiten, mit einem Tippen',
    buy: 'Für {price} kaufen',
    spentTitle: 'Was du ausgegeben hast',
    aTip: 'Trinkgeld',
    nothing: 'Noch nichts.',
    close: 'Jetzt beenden',
    closeNote: 'Du zahlst {spent}. {rest} werden freigegeben.',
    closed: 'Beendet. Du zahlst {spent}; {rest} werden auf deiner Karte freigegeben.',
    closedNothing: 'Beendet. Nichts ausgegeben: Alles wird auf deiner Karte freigegeben.',
    again: 'Wieder einen Betrag bereithalten',
    short: 'So viel ist nicht mehr da. Nimm weniger Trinkgeld oder zahle mit Karte.',
    over: 'Das ist beendet: Es kann nichts mehr davon ausgegeben werden.',
  },
  es: {
    title: 'Propinas y cosas pequeñas',
    offer: 'Tener {amount} a mano',
    how:
      'Tu banco reserva {amount} una sola vez. Con un toque das propina y compras cosas ' +
      'pequeñas. Después del show pagas solo lo que gastaste; el resto se libera. Puedes ' +
      'terminarlo cuando quieras.',
    agree: 'Sí, reservar {amount} en esta tarjeta',
    open: 'Tener {amount} a mano',
    asked: 'Estamos preguntando a tu banco. Tarda un momento.',
    refused: 'Tu banco no reservó el importe. No se cobró nada.',
    left: 'Quedan {amount}',
    until: 'Disponible hasta {when}',
    tipTitle: 'Dar propina',
    tip: 'Propina de {amount}',
    thingsTitle: 'Cosas pequeñas, con un toque',
    buy: 'Comprar por {price}',
    spentTitle: 'Lo que gastaste',
    aTip: 'Propina',
    nothing: 'Nada todavía.',
    close: 'Terminar ahora',
    closeNote: 'Pagas {spent}. Se liberan {rest}.',
    closed: 'Terminado. Pagas {spent}; se liberan {rest} en tu tarjeta.',
    closedNothing: 'Terminado. No gastaste nada: se libera todo en tu tarjeta.',
    again: 'Volver a tener un importe a mano',
    short: 'Queda menos que eso. Da una propina menor o paga con tarjeta.',
    over: 'Esto ha terminado: ya no se puede gastar nada.',
  },
}

/** The words of a wallet's page in a language of the stage. */
export function walletWordsOf(language: StageLanguage): WalletWords {
  return WORDS[language]
}
