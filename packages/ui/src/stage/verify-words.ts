import type { StageLanguage } from './words.ts'

/** What each check of a receipt is about, in one sentence for whoever holds it. */
const EN = {
  title: 'What was checked',
  read: 'It is a receipt, whole and readable.',
  certificate: 'This market vouches for the key of the node that sold, by the certificate in it.',
  checkpoint: 'That node signed a checkpoint of its journal with this key.',
  inclusion: 'The sale is in that journal, at its place, letter by letter.',
  order: 'What stands there is a sale: these things, at this price.',
  good: 'holds',
  bad: 'fails',
  left: 'not looked at',
  key: 'Checked on this device against the public key of this market:',
  kept: 'This page works without a connection from now on. What is checked is sent nowhere.',
  receipt_malformed: 'Parts are missing or do not belong: it was cut off, or is no receipt.',
  certificate_malformed: 'The certificate in it is damaged.',
  checkpoint_malformed: 'The checkpoint in it is damaged.',
  certificate_not_signed_by_market:
    'Another market issued it, or somebody made the certificate up. Check it where it was sold.',
  origin_mismatch: 'Its parts belong to different nodes or to different lives of one.',
  checkpoint_not_signed_by_node: 'Somebody else signed, or what was signed was altered.',
  inclusion_not_proven: 'The sale was altered after it was signed, or was never in that journal.',
  leaf_index_mismatch: 'It names another place in the journal than its own.',
  entry: 'The text of the sale is damaged.',
  entry_type_mismatch: 'The entry is in the journal, but it is no sale.',
  order_field_invalid: 'The sale cannot be read: a part of it is not what it must be.',
}

/** The sentences of the verifier in one language. */
export type VerifyWords = Readonly<Record<keyof typeof EN, string>>

const DE: VerifyWords = {
  title: 'Was geprüft wurde',
  read: 'Es ist ein Beleg, ganz und lesbar.',
  certificate: 'Dieser Markt steht mit dem Zertifikat darin für den Schlüssel der Kasse ein.',
  checkpoint: 'Die Kasse hat mit diesem Schlüssel einen Stand ihres Journals unterschrieben.',
  inclusion: 'Der Verkauf steht in diesem Journal, an seinem Platz, Zeichen für Zeichen.',
  order: 'Was dort steht, ist ein Verkauf: diese Dinge, zu diesem Preis.',
  good: 'stimmt',
  bad: 'stimmt nicht',
  left: 'nicht angesehen',
  key: 'Auf diesem Gerät geprüft, gegen den öffentlichen Schlüssel dieses Marktes:',
  kept: 'Diese Seite geht ab jetzt ohne Verbindung. Nichts, was geprüft wird, wird versandt.',
  receipt_malformed: 'Teile fehlen oder gehören nicht dazu: Er ist abgeschnitten oder kein Beleg.',
  certificate_malformed: 'Das Zertifikat darin ist beschädigt.',
  checkpoint_malformed: 'Der unterschriebene Stand darin ist beschädigt.',
  certificate_not_signed_by_market:
    'Ein anderer Markt hat ihn ausgestellt, oder das Zertifikat ist erfunden. ' +
    'Prüfe ihn dort, wo gekauft wurde.',
  origin_mismatch: 'Seine Teile gehören zu verschiedenen Kassen.',
  checkpoint_not_signed_by_node:
    'Jemand anderes hat unterschrieben, oder das Unterschriebene wurde verändert.',
  inclusion_not_proven: 'Der Verkauf wurde nachträglich verändert oder stand nie in dem Journal.',
  leaf_index_mismatch: 'Er nennt einen anderen Platz im Journal als seinen.',
  entry: 'Der Text des Verkaufs ist beschädigt.',
  entry_type_mismatch: 'Der Eintrag steht im Journal, ist aber kein Verkauf.',
  order_field_invalid: 'Der Verkauf ist nicht lesbar: Ein Teil ist nicht, was er sein muss.',
}

const ES: VerifyWords = {
  title: 'Qué se comprobó',
  read: 'Es un recibo, entero y legible.',
  certificate: 'Este mercado responde, con el certificado, por la clave de quien vendió.',
  checkpoint: 'Quien vendió firmó con esa clave un estado de su diario.',
  inclusion: 'La venta está en ese diario, en su lugar, letra por letra.',
  order: 'Lo que está allí es una venta: estas cosas, a este precio.',
  good: 'correcto',
  bad: 'falla',
  left: 'sin mirar',
  key: 'Comprobado en este dispositivo con la clave pública de este mercado:',
  kept: 'Desde ahora esta página funciona sin conexión. Nada de lo que se comprueba se envía.',
  receipt_malformed: 'Faltan partes o no son de un recibo: está cortado o es otra cosa.',
  certificate_malformed: 'El certificado está dañado.',
  checkpoint_malformed: 'El estado firmado está dañado.',
  certificate_not_signed_by_market:
    'Lo emitió otro mercado, o alguien inventó el certificado. Compruébalo donde se vendió.',
  origin_mismatch: 'Sus partes son de vendedores distintos.',
  checkpoint_not_signed_by_node: 'Firmó otra persona, o se alteró lo firmado.',
  inclusion_not_proven: 'La venta se alteró después de firmarse, o nunca estuvo en ese diario.',
  leaf_index_mismatch: 'Nombra otro lugar del diario que el suyo.',
  entry: 'El texto de la venta está dañado.',
  entry_type_mismatch: 'La entrada está en el diario, pero no es una venta.',
  order_field_invalid: 'La venta no se puede leer: una parte no es lo que debe ser.',
}

/** The sentences of the verifier, by language. */
export const VERIFY_WORDS: Readonly<Record<StageLanguage, VerifyWords>> = {
  en: EN,
  de: DE,
  es: ES,
}
