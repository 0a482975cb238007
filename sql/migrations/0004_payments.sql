-- Up Migration
-- Payments of orders, the events that providers send, and the calls to providers. Every table is
-- new. The foreign keys lock orders against writes until it commits.

-- A payment changes only while its order's row is locked. ref: the provider's id; null when the
-- provider does not know the payment or refused to make it. pays: it made its order paid.
create table payments (
  id text collate "C" primary key,
  order_id text collate "C" not null references orders (id),
  number integer not null,
  provider text collate "C" not null,
  ref text collate "C",
  amount_minor bigint not null,
  currency text not null,
  state text not null default 'creating',
  checkout jsonb,
  pays boolean not null default false,
  created_at timestamptz not null default now(),
  moved_at timestamptz,
  constraint payments_number unique (order_id, number),
  constraint payments_ref unique (provider, ref),
  constraint payments_state check
    (state in ('creating', 'open', 'authorized', 'captured', 'failed', 'voided')),
  constraint payments_amount check (amount_minor > 0),
  constraint payments_known check (ref is not null or state in ('creating', 'failed')),
  constraint payments_pays check (not pays or state = 'captured')
);
create unique index payments_one_live on payments (order_id)
  where state in ('creating', 'open', 'authorized');
create unique index payments_one_pays on payments (order_id) where pays;

-- Payments that a provider may know although nobody noted it.
create index payments_creating on payments (provider, created_at) where state = 'creating';

-- Every verified event, once. reason: why it is kept for an operator.
create table payment_events (
  id bigint generated always as identity primary key,
  provider text collate "C" not null,
  event_id text collate "C" not null,
  payment text collate "C",
  order_id text collate "C",
  kind text not null,
  amount_minor bigint not null,
  currency text not null,
  body jsonb not null,
  outcome text not null,
  reason text,
  received_at timestamptz not null default now(),
  constraint payment_events_once unique (provider, event_id),
  constraint payment_events_kind check
    (kind in
      ('authorized', 'captured', 'failed', 'voided', 'refunded', 'refund_failed', 'other')),
  constraint payment_events_outcome check
    (outcome in ('moved', 'known', 'unknown', 'refused', 'resolved'))
);
create index payment_events_kept on payment_events (id) where outcome in ('unknown', 'refused');
create index payment_events_refund_failed on payment_events (provider, (body -> 'refund' ->> 'ref'))
  where kind = 'refund_failed';

-- Calls to providers. refund: the merchant's refund that a call makes; null: the call is about the
-- whole payment. cause: why money goes back. dropped: a capture that its order did not need.
-- resolved: an operator settled it by hand.
create table provider_calls (
  id bigint generated always as identity primary key,
  payment text collate "C" not null references payments (id),
  provider text collate "C" not null,
  kind text not null,
  amount_minor bigint not null,
  cause text,
  refund text collate "C",
  state text not null default 'due',
  tries integer not null default 0,
  next_try_at timestamptz not null default now(),
  leased_until timestamptz,
  error text,
  created_at timestamptz not null default now(),
  done_at timestamptz,
  constraint provider_calls_kind check (kind in ('capture', 'void', 'refund')),
  constraint provider_calls_cause check ((kind = 'refund') = (cause is not null)
    and (cause is null or cause in ('refund', 'late', 'cancel', 'twice'))
    and (coalesce(cause, '') = 'refund') = (refund is not null)),
  constraint provider_calls_amount check (amount_minor > 0),
  constraint provider_calls_state check
    (state in ('due', 'done', 'dead', 'dropped', 'resolved'))
);
create unique index provider_calls_once on provider_calls (payment, kind) where refund is null;
create unique index provider_calls_once_a_refund on provider_calls (refund)
  where refund is not null;
create index provider_calls_refunds on provider_calls (payment) where refund is not null;
-- Captures first, because orders wait for them.
create index provider_calls_due on provider_calls
  (provider, (kind <> 'capture'), next_try_at, id) where state = 'due';
create index provider_calls_dead on provider_calls (id) where state = 'dead';

-- Calls and events that operators settled by hand, and why; for good.
create table payment_notes (
  id bigint generated always as identity primary key,
  call bigint references provider_calls (id),
  event bigint references payment_events (id),
  who text not null,
  why text not null,
  at timestamptz not null default now(),
  constraint payment_notes_of_one check (num_nonnulls(call, event) = 1)
);
create trigger payment_notes_for_good before update or delete on payment_notes
  for each statement execute function forbid_change();

create view payment_rows as
select id, order_id as "order", number, provider, ref, amount_minor as "amountMinor", currency,
  state, checkout, pays
from payments;
