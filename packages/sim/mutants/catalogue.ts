import { FIELD_MUTANTS } from './field-mutants.ts'
import { JOURNAL_MUTANTS } from './journal-mutants.ts'
import { MONEY_MUTANTS } from './money-mutants.ts'
import type { Mutant } from './mutant.ts'
import { STOCK_MUTANTS } from './stock-mutants.ts'

/** Every mutant, by what it breaks. */
export const MUTANTS: readonly Mutant[] = [
  ...STOCK_MUTANTS,
  ...JOURNAL_MUTANTS,
  ...MONEY_MUTANTS,
  ...FIELD_MUTANTS,
]
