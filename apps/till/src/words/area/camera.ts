const en = {
  open: 'Scan',
  product: 'Scan a barcode',
  picture: 'What the camera sees',
  typed: 'Or type the code',
  take: 'Take it',
  denied:
    'This page may not use the camera. Allow it by the symbol beside the address, then open the ' +
    'scanner again; or type the code.',
  absent: 'This device has no camera that works here. Type the code.',
  busy: 'Another app holds the camera. Close it, then open the scanner again; or type the code.',
  insecure: 'Cameras work on https:// only. Open the till by that address; or type the code.',
  failed: 'The camera shows nothing. Open the scanner again; or type the code.',
}

/** What the camera scanner says. */
export const camera = {
  en,
  de: {
    open: 'Scannen',
    product: 'Barcode scannen',
    picture: 'Was die Kamera sieht',
    typed: 'Oder tippe den Code',
    take: 'Nehmen',
    denied:
      'Diese Seite darf die Kamera nicht benutzen. Erlaube es über das Zeichen neben der ' +
      'Adresse und öffne den Scanner neu; oder tippe den Code.',
    absent: 'Dieses Gerät hat keine Kamera, die hier geht. Tippe den Code.',
    busy: 'Eine andere App hat die Kamera. Schließe sie und öffne den Scanner neu; oder tippe.',
    insecure: 'Kameras gehen nur über https://. Öffne die Kasse so; oder tippe den Code.',
    failed: 'Die Kamera zeigt nichts. Öffne den Scanner neu; oder tippe den Code.',
  },
  es: {
    open: 'Escanear',
    product: 'Escanear un código de barras',
    picture: 'Lo que ve la cámara',
    typed: 'O escribe el código',
    take: 'Tomarlo',
    denied:
      'Esta página no puede usar la cámara. Permítelo con el símbolo junto a la dirección y ' +
      'abre el escáner de nuevo; o escribe el código.',
    absent: 'Este dispositivo no tiene una cámara que funcione aquí. Escribe el código.',
    busy: 'Otra aplicación usa la cámara. Ciérrala y abre el escáner de nuevo; o escribe.',
    insecure: 'Las cámaras solo funcionan con https://. Abre así la caja; o escribe el código.',
    failed: 'La cámara no muestra nada. Abre el escáner de nuevo; o escribe el código.',
  },
} satisfies Record<'en' | 'de' | 'es', typeof en>
