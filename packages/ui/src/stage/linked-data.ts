import { minorDigits } from '@nightmarket/kernel'

import { safeUrl } from '../html.ts'
import type { StageDrop, StageListing, StageShow, StageSite } from './stage-facts.ts'

/** Where a drop has its landing page. */
export function dropPath(dropId: string): string {
  return `/drops/${encodeURIComponent(dropId)}`
}

/** The show as schema.org's Event, with what it offers. */
export function eventData(site: StageSite, show: StageShow, drops: readonly StageDrop[]): object {
  return {
    '@context': 'https://schema.org',
    '@type': 'Event',
    name: show.title,
    startDate: new Date(show.startsAtMs).toISOString(),
    endDate: new Date(show.endsAtMs).toISOString(),
    eventAttendanceMode: 'https://schema.org/MixedEventAttendanceMode',
    eventStatus: 'https://schema.org/EventScheduled',
    inLanguage: show.languages,
    location: [
      { '@type': 'Place', name: show.place, address: show.place },
      { '@type': 'VirtualLocation', url: `${site.origin}/` },
    ],
    organizer: show.hosts.map((name) => ({ '@type': 'Person', name })),
    offers: drops.flatMap((drop) => drop.listings.map((listing) => offerData(site, drop, listing))),
  }
}

/** One thing as schema.org's Product. */
export function productData(site: StageSite, drop: StageDrop, listing: StageListing): object {
  const image = safeUrl(listing.imageUrl)
  return {
    '@context': 'https://schema.org',
    '@type': 'Product',
    name: listing.title,
    sku: listing.variantId,
    ...(image === null ? {} : { image: image.startsWith('/') ? `${site.origin}${image}` : image }),
    offers: offerData(site, drop, listing),
  }
}

function offerData(site: StageSite, drop: StageDrop, listing: StageListing): object {
  const { currency, origin } = site
  const digits = minorDigits(currency)
  return {
    '@type': 'Offer',
    name: listing.title,
    url: `${origin}${dropPath(drop.dropId)}/${encodeURIComponent(listing.variantId)}`,
    price: (listing.priceMinor / 10 ** digits).toFixed(digits),
    priceCurrency: currency,
    availability: `https://schema.org/${availabilityOf(drop, listing)}`,
    validFrom: new Date(drop.opensAtMs).toISOString(),
    priceValidUntil: new Date(drop.closesAtMs).toISOString(),
  }
}

function availabilityOf(drop: StageDrop, { stock }: StageListing): string {
  if (drop.phase === 'closed' || stock === 'sold_out') return 'SoldOut'
  if (drop.phase === 'upcoming') return 'PreOrder'
  return stock === 'line' ? 'BackOrder' : 'LimitedAvailability'
}
