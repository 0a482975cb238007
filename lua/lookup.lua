--[[ lookup: returns the record of one shopper. It finds an order that the ledger does not have yet.
  keys   fence meta shoppers
  args   shopper
  reply  'found' record (msgpack arrays one after another: lib/shoppers) | 'none' | 'fenced' epoch
  Writes nothing. ]]
--@include lib/prelude
--@include lib/hash_fields
local _, refusal = prelude.open_cell(keys.fence, keys.meta)
if refusal then return refusal end
local record = redis.call('HGET', keys.shoppers, args.shopper)
if not record then
  hash_fields.check_seal(keys.shoppers, 'shoppers')
  return { 'none' }
end
return { 'found', record }
