-- Every sale a process has to know: all but those closed for a day.
select id, name, currency, "opensAtMs", "closesAtMs", "payWithinS", cells, layers, "pointsRate",
  "holdsPerShopper", "cooldownAfter", "cooldownS", "hasClawback", state, "rulesVersion"
from sale_rows
where is_live
order by id
