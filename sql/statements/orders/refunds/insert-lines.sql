-- Inserts the lines of a refund.
-- $1 refund, $2 lines, $3 units, $4 cash, $5 red packet (minor units)
insert into refund_lines (refund_id, line, quantity, cash_minor, packet_minor)
select $1, line, quantity, cash, packet
from unnest($2::smallint[], $3::integer[], $4::bigint[], $5::bigint[])
  as l (line, quantity, cash, packet)
