-- Every live sale: all but those that were forgotten, a day or more after they closed.
select id, name, currency, "opensAtMs", "closesAtMs", "payWithinS", cells, layers, "pointsRate",
  "holdsPerShopper", "cooldownAfter", "cooldownS", "hasClawback", access, "visibleFromMs",
  state,
  "rulesVersion"
from sale_rows
where is_live
order by id
