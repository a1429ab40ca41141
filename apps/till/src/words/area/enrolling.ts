/** What the scanner of an enrolment says. */
export const enrolling = {
  en: {
    scan: 'Scan the QR',
    title: 'Hold the QR code in front of the camera',
    elsewhere: 'That QR is for {{origin}}. Open its address on this tablet.',
    other: 'That is no enrolment. The QR comes from: nightmarket enrol --till',
    refused: {
      enrolment_code_invalid: 'This is no code: a character is wrong or missing. Look again.',
      enrolment_code_unknown: 'This market has no such code. Look again, or ask for a new one.',
      enrolment_code_used: 'This code was used before, and each is good once. Ask for a new one.',
      enrolment_code_expired: 'This code’s time is over. Ask for a new one.',
    },
  },
  de: {
    scan: 'QR scannen',
    title: 'Halte den QR-Code vor die Kamera',
    elsewhere: 'Dieser QR gehört zu {{origin}}. Öffne seine Adresse auf diesem Tablet.',
    other: 'Das ist keine Anmeldung. Der QR kommt von: nightmarket enrol --till',
    refused: {
      enrolment_code_invalid: 'Das ist kein Code: ein Zeichen ist falsch oder fehlt. Sieh nach.',
      enrolment_code_unknown:
        'Dieser Markt kennt den Code nicht. Sieh nach, oder lass dir einen neuen geben.',
      enrolment_code_used:
        'Der Code wurde schon benutzt, und jeder gilt einmal. Lass dir einen neuen geben.',
      enrolment_code_expired: 'Die Zeit dieses Codes ist um. Lass dir einen neuen geben.',
    },
  },
  es: {
    scan: 'Escanear el QR',
    title: 'Pon el código QR delante de la cámara',
    elsewhere: 'Este QR es de {{origin}}. Abre su dirección en esta tableta.',
    other: 'Eso no es un código de registro. El QR viene de: nightmarket enrol --till',
    refused: {
      enrolment_code_invalid: 'No es un código: falta un carácter o está mal. Míralo otra vez.',
      enrolment_code_unknown: 'Este mercado no conoce el código. Míralo otra vez, o pide otro.',
      enrolment_code_used: 'Este código ya se usó, y cada uno vale una vez. Pide otro.',
      enrolment_code_expired: 'El plazo de este código ha pasado. Pide otro.',
    },
  },
} as const
