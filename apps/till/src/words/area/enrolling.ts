/** What the scanner of an enrolment says. */
export const enrolling = {
  en: {
    scan: 'Scan the QR',
    title: 'Hold the QR of “nightmarket enrol --till” in front of the camera.',
    elsewhere: 'That QR is for {{origin}}. Open its address on this tablet.',
    other: 'That is no enrolment. The QR comes from: nightmarket enrol --till',
  },
  de: {
    scan: 'QR scannen',
    title: 'Halte den QR von „nightmarket enrol --till“ vor die Kamera.',
    elsewhere: 'Dieser QR gehört zu {{origin}}. Öffne seine Adresse auf diesem Tablet.',
    other: 'Das ist keine Anmeldung. Der QR kommt von: nightmarket enrol --till',
  },
  es: {
    scan: 'Escanear el QR',
    title: 'Pon el QR de «nightmarket enrol --till» delante de la cámara.',
    elsewhere: 'Este QR es de {{origin}}. Abre su dirección en esta tableta.',
    other: 'Eso no es un alta. El QR viene de: nightmarket enrol --till',
  },
} as const
