-- A sale.
-- $1 sale
select id, name, currency, "opensAtMs", "closesAtMs", "payWithinS", cells, layers, "pointsRate",
  "holdsPerShopper", "cooldownAfter", "cooldownS", "hasClawback", access, "visibleFromMs",
  state,
  "rulesVersion"
from sale_rows
where id = $1
