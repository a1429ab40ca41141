import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

import type { AccessRecord, GaugeSource, Metrics } from '../observe.ts'

/** Seconds. An answer is due within 0.1; the buckets are dense around it. */
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30]

/** A registry of its own for one app, so that two apps in one process do not mix. */
export function createPrometheusMetrics(options: {
  readonly gauges: readonly GaugeSource[]
  /** Also memory, processor time and event loop lag of the process: once per process. */
  readonly ofProcess?: boolean
}): Metrics {
  const registry = new Registry()
  if (options.ofProcess === true) collectDefaultMetrics({ register: registry })
  for (const gauge of options.gauges) registerGauge(registry, gauge)
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to its answer, by route pattern.',
    labelNames: ['method', 'route', 'status'],
    buckets: DURATION_BUCKETS,
    registers: [registry],
  })
  return {
    observeRequest: createObserver(durations),
    async scrape() {
      return { contentType: registry.contentType, body: await registry.metrics() }
    },
  }
}

type Durations = Histogram<'method' | 'route' | 'status'>

/** Looking up labels costs more than counting: each combination is looked up once. */
function createObserver(durations: Durations): (record: AccessRecord) => void {
  const series = new Map<string, { observe(seconds: number): void }>()
  return ({ method, route, status, durationMs }) => {
    const key = `${method} ${route} ${status}`
    let one = series.get(key)
    if (one === undefined) {
      one = durations.labels({ method, route, status: String(status) })
      series.set(key, one)
    }
    one.observe(durationMs / 1000)
  }
}

function registerGauge(registry: Registry, source: GaugeSource): void {
  const gauge: Gauge = new Gauge({
    name: source.name,
    help: source.help,
    labelNames: [...(source.labelNames ?? [])],
    registers: [registry],
    async collect() {
      const value = await source.read()
      gauge.reset()
      if (typeof value === 'number') gauge.set(value)
      else for (const sample of value) gauge.set(sample.labels, sample.value)
    },
  })
}
