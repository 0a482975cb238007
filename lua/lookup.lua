--[[ lookup: returns the record of one shopper. It finds an order that the ledger does not have yet.
  keys   fence meta shoppers
  args   shopper
  reply  'found' record (msgpack arrays one after another: lib/shoppers) | 'none' | 'fenced' epoch
  Writes nothing. ]]
--@include lib/prelude
local _, refusal = prelude.open_cell(keys.fence, keys.meta)
if refusal then return refusal end
local record = redis.call('HGET', keys.shoppers, args.shopper)
if not record then return { 'none' } end
return { 'found', record }
