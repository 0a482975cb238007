import pg from 'pg';

/** How late chores were after the faults ended, in ms; null: there was nothing to do. */
export interface ChoreDelays {
  readonly expiryMs: number | null;
  readonly captureMs: number | null;
}

/** $1 sale · $2, $3 from when to when, in ms since 1970. Due before counts from $2. */
const DELAYS = `
  with span as (
    select to_timestamp($2::double precision / 1000) as since,
      to_timestamp($3::double precision / 1000) as until
  )
  select
    (select max(extract(epoch from m.at - greatest(o.expires_at, s.since)) * 1000)::float8
      from order_moves m join orders o on o.id = m.order_id
      where o.sale = $1 and m.to_state = 'expired' and m.at between s.since and s.until
    ) as "expiryMs",
    (select max(extract(epoch from c.done_at - greatest(c.created_at, s.since)) * 1000)::float8
      from provider_calls c
      join payments p on p.id = c.payment
      join orders o on o.id = p.order_id
      where o.sale = $1 and c.kind = 'capture' and c.state = 'done'
        and c.done_at between s.since and s.until
    ) as "captureMs"
  from span s`;

/** Reads how late orders expired and money was captured between two times. */
export async function readChoreDelays(
  databaseUrl: string,
  sale: string,
  span: { readonly fromMs: number; readonly toMs: number },
): Promise<ChoreDelays> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<ChoreDelays>(DELAYS, [sale, span.fromMs, span.toMs]);
    return rows[0]!;
  } finally {
    await client.end();
  }
}
