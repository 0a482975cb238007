-- Sales of every state, also those that Redis and the processes have forgotten.
-- $1 the most to list
select id, name, currency, "opensAtMs", "closesAtMs", "payWithinS", cells, layers, "pointsRate",
  "holdsPerShopper", "cooldownAfter", "cooldownS", "hasClawback", access, "visibleFromMs",
  state,
  "rulesVersion"
from sale_rows
order by "opensAtMs" desc, id
limit $1
