/** Terms under which a stall sells on and on: a power cut wants writes, not rejections. */
export const WITHOUT_LIMITS = {
  orderMinorMax: 1e9,
  buyerOrdersMax: 1e9,
  ordersMax: 1e9,
  sumMinorMax: Number.MAX_SAFE_INTEGER,
  ageMsMax: 1e9,
}
