-- Counts units refunded, and those of them that go on sale again. The CHECK refuses more than a
-- line has.
-- $1 order, $2 lines, $3 units, $4 whether they go on sale again
update order_lines l
set refunded = l.refunded + t.units, restocked = l.restocked + case when $4 then t.units else 0 end
from unnest($2::smallint[], $3::integer[]) as t (line, units)
where l.order_id = $1 and l.line = t.line
