/** What the till says in English; the other languages say the same. */
export const en = {
  opening: 'Opening the till…',
  enrolTitle: 'Make this tablet a till',
  enrolText: 'Scan the code that “nightmarket enrol --till” shows, or type it here.',
  enrolCode: 'Code',
  enrolName: 'What people call this till',
  enrolButton: 'Enrol',
  enrolRefused: 'This code was not taken ({{code}}). Ask the person who runs the market.',
  enrolUnreachable: 'The market was not reached. Check the network, then try again.',
  conditionLost:
    'The journal of this till is gone from this browser. What had been synced is in the books; ' +
    'enrol again to go on under a new key.',
  conditionRolledBack:
    'This browser’s storage is older than this till. It is never resumed; enrol again to go on ' +
    'under a new key.',
  signInTitle: 'Who is selling?',
  signInPin: 'PIN',
  signInButton: 'Sign in',
  signInWrong: 'This is not the PIN of {{name}}. Try again.',
  nobody:
    'Nobody works at tills yet. On the market: nightmarket operator add NAME. Then try again.',
  again: 'Try again',
  signOut: 'Sign out {{name}}',
  search: 'Search, or scan a barcode',
  searchNone: 'Nothing on sale here is called “{{text}}”.',
  left_one: '{{count}} left',
  left_other: '{{count}} left',
  gone: 'None left here',
  empty: 'Nothing is on sale right now.',
  cart: 'Cart',
  cartEmpty: 'Tap what the buyer wants.',
  less: 'One {{title}} less',
  clear: 'Clear',
  limit_one: 'One buyer gets one at most.',
  limit_other: 'One buyer gets {{count}} at most.',
  cashTitle: 'Cash',
  cashExact: 'Exact',
  sell: 'Sell',
  back: 'Back',
  sold: 'Sold',
  change: 'Change {{amount}}',
  receiptCode: 'Receipt {{code}}',
  receiptHint: 'The buyer scans this to keep a receipt that anyone can check.',
  receiptQr: 'QR code of the receipt',
  next: 'Next buyer',
  online: 'Connected',
  offline: 'Offline since {{time}}. Selling goes on.',
  unsynced_one: '{{count}} sale, {{amount}} to send',
  unsynced_other: '{{count}} sales, {{amount}} to send',
  synced: 'All sent',
  mayStillSell_one: 'May sell {{count}} unit until {{time}}',
  mayStillSell_other: 'May sell {{count}} units until {{time}}',
  endNear:
    'What this till holds may be sold until {{time}} only. Bring it back to a network before.',
  navSell: 'Sell',
  navSales: 'Sales',
  navTill: 'This till',
  salesTitle: 'Sales',
  salesFind: 'Find by receipt code',
  salesNone: 'No sale matches.',
  refundWhy: 'Why',
  tillTitle: 'This till',
  drawer: 'Should be in the drawer',
  held: 'Units held',
  node: 'Till',
  look: 'Look',
  lookAuto: 'As the tablet',
  lookDark: 'Dark',
  lookOutdoor: 'Sunlight',
  large: 'Large type',
  language: 'Language',
  update: 'A new version is ready. Nothing is lost by changing to it.',
  updateButton: 'Change now',
  troubleLocked: 'This till is open in another tab.',
  troubleDisk: 'The tablet’s storage is full. Free some, then reload. Every sale so far is kept.',
  troubleStorage:
    'The tablet’s storage failed. Every accepted sale is kept. Reload; if it stays, bring the ' +
    'tablet to a network and call for help.',
  troubleCorrupt:
    'The journal on this tablet does not check out. It sells nothing more and loses nothing: ' +
    'bring it to the person who runs the market.',
  notSelling: {
    no_release: 'This till has not heard yet what is sold. Keep it on the network for a moment.',
    revoked:
      'This till was revoked. Its sales are kept; bring it to the person who runs the market.',
    quarantined:
      'This till is held for a check. Its sales are kept; bring it to the person who runs the ' +
      'market.',
    closed: 'This till is closed for the night. Enrol it again to sell.',
    clock: 'The tablet’s clock is wrong. Set it, or connect once, and selling goes on.',
    storage: 'The tablet cannot write. Free some storage; selling goes on by itself.',
  },
  refusal: {
    units_short: 'Too few are left at this till.',
    sold_out: 'Sold out.',
    customer_limit: 'One buyer may not have that many.',
    quantity_over_limit: 'One buyer may not have that many.',
    drop_closed: 'This drop has closed.',
    other: 'Not sold ({{code}}). Nothing was taken; try again.',
  },
}

/** Every language has what English has. */
export type Words = typeof en
