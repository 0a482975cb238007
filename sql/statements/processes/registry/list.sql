-- Every process of the service, with the time since it was last seen.
select id, name, protocol, acknowledges, run_id as "runId",
  remembered_orders as "rememberedOrders", seen_at::text as "seenAt",
  (extract(epoch from clock_timestamp() - seen_at) * 1000)::float8 as "seenMsAgo",
  (extract(epoch from clock_timestamp() - active_at) * 1000)::float8 as "activeMsAgo"
from processes
order by started_at, id
