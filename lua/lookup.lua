--[[ lookup: the record of one shopper, to find an order before the ledger has it.
  keys   fence meta shoppers
  args   shopper
  reply  'found' record (msgpack stream, see lib/shoppers) | 'none' | 'fenced' epoch ]]
--@include lib/fence
--@include lib/prelude
local refusal = fence.refusal(keys.fence)
if refusal then return refusal end
if not prelude.read(keys.meta) then return { 'fenced', '' } end
local record = redis.call('HGET', keys.shoppers, args.shopper)
if not record then return { 'none' } end
return { 'found', record }
