import { optionsOf } from './options.ts'
import { runUniverse } from './universe.ts'

const seed = Number(process.argv[2] ?? 1)
const count = Number(process.argv[3] ?? 1)
for (let each = seed; each < seed + count; each++) {
  const started = performance.now()
  const report = await runUniverse(optionsOf(each), { isKept: count === 1 })
  const { chronicle } = report
  if (count === 1) for (const line of chronicle.lines) console.log(line.atMs, line.who, line.text)
  console.log(each, report.options.mood, report.digest.slice(0, 12), Math.round(performance.now() - started), 'ms', report.happenings, Math.round(report.simulatedMs/60000), 'min', chronicle.violations.length)
  for (const violation of chronicle.violations.slice(0, 3)) console.log(violation.id, violation.text)
  if (count === 1) console.log(chronicle.marks)
}
