import type { BooksDatabase } from '../database/books-database.ts'

/** Take every row out of books on PostgreSQL; the tables stay. */
export async function emptyBooks(books: BooksDatabase): Promise<void> {
  const tables = await books.pool?.query<{ name: string }>(
    `select tablename as name from pg_tables
      where schemaname = 'public' and tablename <> 'migration'`,
  )
  // Far faster than truncating two dozen small tables; as a replica, in whatever order.
  const deletes = tables?.rows.map(({ name }) => `delete from ${name}`).join(';')
  await books.pool?.query(`begin; set local session_replication_role = replica; ${deletes}; commit`)
}
