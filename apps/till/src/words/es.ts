import type { Words } from './en.ts'

/** What the till says in Spanish. */
export const es: Words = {
  opening: 'Abriendo la caja…',
  enrolTitle: 'Convertir esta tableta en caja',
  enrolText: 'Escanea el código que muestra «nightmarket enrol --till», o escríbelo.',
  enrolCode: 'Código',
  enrolName: 'Cómo se llama esta caja',
  enrolButton: 'Registrar',
  enrolRefused: 'El código no fue aceptado ({{code}}). Pregunta a quien lleva el mercado.',
  enrolUnreachable: 'No se alcanzó el mercado. Revisa la red e inténtalo otra vez.',
  conditionLost:
    'El diario de esta caja ya no está en este navegador. Lo enviado está en los libros; ' +
    'regístrala de nuevo para seguir con otra clave.',
  conditionRolledBack:
    'El almacenamiento de este navegador es más viejo que esta caja. Nunca se retoma; ' +
    'regístrala de nuevo.',
  signInTitle: '¿Quién vende?',
  signInPin: 'PIN',
  signInButton: 'Entrar',
  signInWrong: 'Ese no es el PIN de {{name}}. Otra vez.',
  nobody:
    'Nadie trabaja aún en cajas. En el mercado: nightmarket operator add NAME. Luego otra vez.',
  again: 'Otra vez',
  signOut: 'Salir de {{name}}',
  search: 'Buscar, o escanear un código',
  searchNone: 'Nada de lo que se vende aquí se llama «{{text}}».',
  left_one: 'queda {{count}}',
  left_other: 'quedan {{count}}',
  gone: 'Aquí no queda',
  empty: 'Ahora no hay nada a la venta.',
  cart: 'Cesta',
  cartEmpty: 'Toca lo que quiere la persona.',
  less: 'Un {{title}} menos',
  clear: 'Vaciar',
  limit_one: 'Como mucho uno por persona.',
  limit_other: 'Como mucho {{count}} por persona.',
  cashTitle: 'Efectivo',
  cashExact: 'Exacto',
  sell: 'Vender',
  back: 'Atrás',
  sold: 'Vendido',
  change: 'Cambio {{amount}}',
  receiptCode: 'Recibo {{code}}',
  receiptHint: 'Escanéalo para tener un recibo que cualquiera puede comprobar.',
  receiptQr: 'Código QR del recibo',
  next: 'Siguiente',
  online: 'Conectada',
  offline: 'Sin red desde las {{time}}. Se sigue vendiendo.',
  unsynced_one: '{{count}} venta, {{amount}} por enviar',
  unsynced_other: '{{count}} ventas, {{amount}} por enviar',
  synced: 'Todo enviado',
  mayStillSell_one: 'Puede vender {{count}} unidad hasta las {{time}}',
  mayStillSell_other: 'Puede vender {{count}} unidades hasta las {{time}}',
  endNear:
    'Lo que tiene esta caja solo puede venderse hasta las {{time}}. Llévala antes a una red.',
  navSell: 'Vender',
  navSales: 'Ventas',
  navTill: 'Caja',
  salesTitle: 'Ventas',
  salesFind: 'Buscar por código de recibo',
  salesNone: 'Ninguna venta coincide.',
  refundWhy: 'Por qué',
  tillTitle: 'Esta caja',
  drawer: 'Debería haber en el cajón',
  held: 'Unidades aquí',
  node: 'Caja',
  look: 'Aspecto',
  lookAuto: 'Como la tableta',
  lookDark: 'Oscuro',
  lookOutdoor: 'Sol',
  large: 'Letra grande',
  language: 'Idioma',
  update: 'Hay una versión nueva. Al cambiar no se pierde nada.',
  updateButton: 'Cambiar ahora',
  troubleLocked: 'Esta caja está abierta en otra pestaña.',
  troubleDisk: 'El almacenamiento está lleno. Libera espacio y recarga. Cada venta está guardada.',
  troubleStorage:
    'El almacenamiento falló. Cada venta aceptada está guardada. Recarga; si sigue, lleva la ' +
    'tableta a una red y pide ayuda.',
  troubleCorrupt:
    'El diario de esta tableta no cuadra. No vende más y no pierde nada: llévala a quien dirige ' +
    'el mercado.',
  notSelling: {
    no_release: 'Esta caja aún no sabe qué se vende. Déjala un momento en la red.',
    revoked:
      'Esta caja fue revocada. Sus ventas están guardadas; llévala a quien dirige el mercado.',
    quarantined:
      'Esta caja está en revisión. Sus ventas están guardadas; llévala a quien dirige el ' +
      'mercado.',
    closed: 'Esta caja está cerrada. Regístrala de nuevo para vender.',
    clock: 'El reloj de la tableta está mal. Ajústalo o conéctala una vez, y se sigue vendiendo.',
    storage: 'La tableta no puede escribir. Libera espacio; sigue sola.',
  },
  refusal: {
    units_short: 'En esta caja quedan muy pocos.',
    sold_out: 'Agotado.',
    customer_limit: 'Una persona no puede llevar tantos.',
    quantity_over_limit: 'Una persona no puede llevar tantos.',
    drop_closed: 'Este lanzamiento ha cerrado.',
    other: 'No se vendió ({{code}}). No se tomó nada; otra vez.',
  },
}
