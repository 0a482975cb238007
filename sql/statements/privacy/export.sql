-- All that a sale holds of a shopper. Money in minor units.
-- $1 sale, $2 shopper
select
  (select coalesce(jsonb_agg(jsonb_build_object(
      'id', o.id, 'state', o.state, 'total', o.total_minor, 'refunded', o.refunded_minor,
      'pointsUsed', o.points_used, 'placedAt', o.placed_at, 'payBy', o.pay_by,
      'lines', (
        select jsonb_agg(jsonb_build_object('offer', l.offer, 'store', l.store, 'quantity',
          l.quantity, 'price', l.price_minor, 'net', l.net_minor, 'refunded', l.refunded)
          order by l.line)
        from order_lines l where l.order_id = o.id),
      'moves', (
        select coalesce(jsonb_agg(jsonb_build_object('from', m.from_state, 'to', m.to_state,
          'who', m.who, 'why', m.why, 'at', m.at) order by m.id), '[]')
        from order_moves m where m.order_id = o.id),
      'payments', (
        select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'provider', p.provider, 'ref',
          p.ref, 'amount', p.amount_minor, 'currency', p.currency, 'state', p.state, 'createdAt',
          p.created_at) order by p.number), '[]')
        from payments p where p.order_id = o.id),
      'refunds', (
        select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'who', r.who, 'cash',
          r.cash_minor, 'redPacket', r.packet_minor, 'points', r.points, 'coupons', r.coupons,
          'at', r.at) order by r.number), '[]')
        from refunds r where r.order_id = o.id)
    ) order by o.placed_at, o.id), '[]')
    from orders o where o.sale = $1 and o.shopper = $2) as orders,
  (select coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'promotion', k.promotion, 'amount',
      k.amount_minor, 'at', k.claimed_at) order by k.claimed_at, k.id), '[]')
    from claims k where k.sale = $1 and k.shopper = $2) as claims,
  (select coalesce(jsonb_agg(jsonb_build_object('promotion', c.promotion, 'granted', c.granted,
      'claimed', c.claimed, 'used', c.used, 'returned', c.returned) order by c.promotion), '[]')
    from coupons c where c.sale = $1 and c.shopper = $2) as coupons,
  (select jsonb_build_object('pointsGranted', b.points_granted, 'pointsUsed', b.points_used,
      'pointsReturned', b.points_returned, 'redPacketGranted', b.packet_granted,
      'redPacketClaimed', b.packet_claimed, 'redPacketUsed', b.packet_used, 'redPacketReturned',
      b.packet_returned)
    from balances b where b.sale = $1 and b.shopper = $2) as balances,
  (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'order', d.order_id, 'state', d.state,
      'createdAt', d.created_at) order by d.id), '[]')
    from dead_letters d where d.sale = $1 and d.body ->> 'shopper' = $2) as "deadLetters"
