import type { Span } from '../run/options.ts'
import { summarize } from '../run/summary.ts'

/** One worker of a run set: is told a seed, answers with its summary, and asks for the next. */
process.on('message', ({ seed, span }: { readonly seed: number; readonly span: Span }) => {
  summarize(seed, {}, span).then(
    (summary) => process.send?.(summary),
    (error: unknown) => {
      console.error(`seed ${seed}:`, error)
      process.exit(2)
    },
  )
})

// Nobody waits for the rest when whoever asked is gone.
process.on('disconnect', () => process.exit())
