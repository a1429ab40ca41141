import { Client } from 'pg'

/** Rows a second that bare PostgreSQL takes: one table, one insert of many rows per commit. */
export async function measureBarePostgres(
  url: string,
  rows: number,
  batchRows: number,
): Promise<number> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('CREATE TABLE IF NOT EXISTS bare_entry (text TEXT NOT NULL)')
    const texts = Array.from({ length: batchRows }, () => `{"padding":"${'x'.repeat(886)}"}`)
    const startedMs = performance.now()
    for (let written = 0; written < rows; written += batchRows) {
      await client.query('INSERT INTO bare_entry SELECT * FROM unnest($1::text[])', [texts])
    }
    return (rows / (performance.now() - startedMs)) * 1_000
  } finally {
    await client.query('DROP TABLE IF EXISTS bare_entry')
    await client.end()
  }
}
