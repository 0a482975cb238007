import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { SaleAdmin } from '../../fleet/sale-admin.ts';

const OPEN = `select
  (select count(*) from orders where sale = $1 and state = 'reserved' and expires_at < now()) +
  (select count(*) from provider_calls where state = 'due') +
  (select count(*) from withdrawals where sale = $1 and taken is null) as open`;

/** Until `SaleAdmin.untilQuiet` has landed. */
export async function interimQuiet(
  admin: SaleAdmin,
  databaseUrl: string,
  sale: string,
  withinMs: number,
): Promise<number> {
  const startMs = performance.now();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (;;) {
      const audit = await admin.audit(sale).catch((error: Error) => error);
      const { rows } = await client.query<{ open: string }>(OPEN, [sale]);
      const tookMs = performance.now() - startMs;
      const unsettled = audit instanceof Error ? audit.message : audit.units['unsettled'];
      if (unsettled === 0 && rows[0]!.open === '0') return tookMs;
      if (tookMs > withinMs) {
        throw new Error(`not quiet: unsettled ${unsettled}, open ${rows[0]!.open}`);
      }
      await wait(100);
    }
  } finally {
    await client.end();
  }
}
