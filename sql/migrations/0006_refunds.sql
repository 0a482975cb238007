-- Up Migration
-- Refunds, and the terms of a sale under each version of its rules. The tables are new. Their
-- foreign keys lock orders and sales against writes until it commits. It replaces the view of
-- orders, and locks it as long.

-- who: `operator` or `merchant:<store>`; each has keys of its own. state: the order's state after
-- the refund. has_clawback: the refund priced anew what was kept; all refunds of an order do, or
-- none.
create table refunds (
  id text collate "C" primary key,
  order_id text collate "C" not null references orders (id),
  number integer not null,
  who text collate "C" not null,
  key text collate "C" not null,
  fingerprint text collate "C" not null,
  state text not null,
  cash_minor bigint not null,
  packet_minor bigint not null,
  points bigint not null,
  coupons text[] not null,
  restock boolean not null,
  has_clawback boolean not null,
  at timestamptz not null default now(),
  constraint refunds_number unique (order_id, number),
  constraint refunds_one_per_key unique (order_id, who, key),
  constraint refunds_state check (state in ('partly_refunded', 'refunded')),
  constraint refunds_amounts check (cash_minor >= 0 and packet_minor >= 0 and points >= 0)
);

-- The units of a line that a refund returns, and what it pays back for them.
create table refund_lines (
  refund_id text collate "C" not null references refunds (id),
  line smallint not null,
  quantity integer not null,
  cash_minor bigint not null,
  packet_minor bigint not null,
  primary key (refund_id, line),
  constraint refund_lines_quantity check (quantity between 1 and 999),
  constraint refund_lines_amounts check (cash_minor >= 0 and packet_minor >= 0)
);

create trigger refunds_for_good before update or delete on refunds
  for each statement execute function forbid_change();
create trigger refund_lines_for_good before update or delete on refund_lines
  for each statement execute function forbid_change();

-- The terms that price orders from a rules version on, until the subject's next row. subject:
-- `sale`, `offer:<id>` or `promotion:<id>`.
create table terms_history (
  sale text collate "C" not null references sales (id),
  subject text collate "C" not null,
  version integer not null,
  body jsonb not null,
  primary key (sale, subject, version)
);
create trigger terms_history_for_good before update or delete on terms_history
  for each statement execute function forbid_change();

-- For sales that were opened before, the present terms are the oldest known ones.
insert into terms_history (sale, subject, version, body)
select id, 'sale', 0, jsonb_build_object('layers', layers, 'pointsRate', points_rate)
from sales
where state <> 'draft'
union all
select o.sale, 'offer:' || o.id, 0, jsonb_build_object('listPriceMinor', o.list_price_minor,
  'lane', o.lane, 'categories', o.categories, 'excludes', o.excludes)
from offers o
join sales s on s.id = o.sale
where s.state <> 'draft'
union all
select p.sale, 'promotion:' || p.id, 0, p.body
from promotions p
join sales s on s.id = p.sale
where s.state <> 'draft';

create view refund_rows as
select r.id, r.order_id as "order", r.who, r.key, r.fingerprint, r.state, r.cash_minor as cash,
  r.packet_minor as "redPacket", r.points, r.coupons, r.restock as restocked,
  (select jsonb_agg(jsonb_build_object('line', l.line, 'quantity', l.quantity,
      'cash', l.cash_minor, 'redPacket', l.packet_minor) order by l.line)
    from refund_lines l where l.refund_id = r.id) as lines
from refunds r;

create or replace view order_rows as
select o.id, o.sale, o.shopper, o.state, o.rules_version as "rulesVersion",
  (extract(epoch from o.pay_by) * 1000)::bigint as "payByMs",
  (extract(epoch from o.placed_at) * 1000)::bigint as "placedAtMs",
  (select jsonb_agg(jsonb_build_object('offer', l.offer, 'store', l.store, 'quantity', l.quantity,
      'priceMinor', l.price_minor, 'netMinor', l.net_minor, 'isGift', l.is_gift,
      'refunded', l.refunded) order by l.line)
    from order_lines l where l.order_id = o.id) as lines,
  coalesce((select jsonb_agg(to_jsonb(p) - array['orderId', 'place'] order by p.place)
    from promotion_rows p where p."orderId" = o.id), '[]') as applied,
  o.out_of_gifts as "outOfGifts", o.points_used as "pointsUsed"
from orders o;

-- A second view, because processes of the previous release have prepared
-- "select * from order_rows", and that statement would fail if the view got more columns.
create view settled_order_rows as
select r.*, o.cell, o.refunded_minor as "refundedMinor"
from order_rows r
join orders o on o.id = r.id;
