export * from './client.ts'
export * from './edge-app.ts'
export * from './edge-deps.ts'
export * from './edge-problem.ts'
export * from './edge-readiness.ts'
export * from './contract/answer-schema.ts'
export * from './contract/order-schema.ts'
export * from './contract/show-schema.ts'
export type * from './live/message.ts'
export type { MediaMoment, OverlayContent, OverlayView } from './overlay/overlay-schema.ts'
export * from './offer/decide-offers.ts'
export * from './offer/offer-token.ts'
export type {
  PublishedClip,
  Sibling,
  StageClips,
  StageFile,
  StageImages,
  StageParts,
} from './page/stage-parts.ts'
export { tillRoutes } from './page/till-routes.ts'
export { STRIPE_SCRIPT_URL } from './page/stage-parts.ts'
