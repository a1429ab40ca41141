/** What `work` comes to, or `otherwise` when it takes longer; its late end is then ignored. */
export async function withinDeadline<T>(
  deadlineMs: number,
  work: Promise<T>,
  otherwise: T,
): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>()
  const timer = setTimeout(() => resolve(otherwise), deadlineMs)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
    work.catch(() => {})
  }
}
