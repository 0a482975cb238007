import type { Pool } from 'pg';

const DEAD_API = `
  insert into processes (id, name, protocol, acknowledges, seen_at)
  select 'dead', 'api dead', max(protocol), true, clock_timestamp() - interval '5 s'
  from processes`;

/** Makes the ledger know an api that was killed a moment ago, with all that it remembered. */
export async function registerDeadApi(pool: Pool): Promise<void> {
  await pool.query(DEAD_API);
}
