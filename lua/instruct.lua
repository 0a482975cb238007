--[[ instruct: applies the ledger's instructions to the cell, each once, in the order of their
  numbers. Notes up to which entry the ledger has settled the outbox, and drops those entries.
  keys   fence meta stock shelves offers shoppers rules pots wallets outbox
  args   instructions (msgpack array of [number, body], ascending, at most 100)
         watermark (number of the last settled entry of this epoch; 0: none is settled)
         watermark_tag (the tag of that entry; '' for none)
         settled (how many orders and claims of this epoch are settled)
         tag (random, for the entries that this call writes)
  reply  'applied' inbox (number of the last instruction applied) watermark (of the cell)
         | 'gap' inbox watermark (an instruction between is missing; nothing written)
         | 'malformed' number (this instruction cannot be applied; nothing written)
         | 'fenced' epoch
  Redis runs it even when memory is full, because it frees memory. ]]
--@include lib/prelude
--@include lib/clock
--@include lib/integer
--@include lib/hash_fields
--@include lib/instruction_kinds
--@include lib/open_records
--@include lib/outbox
local cell, refusal = prelude.open_cell(keys.fence, keys.meta)
if refusal then return refusal end

-- Redis refuses to write to a key of another type. These reads raise first, while nothing is
-- written, and even when this call would not use the key: then the cell is rebuilt.
hash_fields.check_all(keys)
redis.call('HLEN', keys.shelves)
redis.call('XLEN', keys.outbox)

cell.now = clock.now_ms()
local NUMBER, BODY = 1, 2
local kinds = instruction_kinds.by_name
local open = open_records.new(keys.offers, keys.wallets, keys.shoppers)
local inbox, due = cell.inbox, {}
for _, instruction in ipairs(cmsgpack.unpack(args.instructions)) do
  local number, body = instruction[NUMBER], instruction[BODY]
  if number > inbox + 1 then return { 'gap', cell.inbox, cell.watermark } end
  if number == inbox + 1 then
    local kind = kinds[body.kind]
    if not kind or not kind.is_sound(body, open, cell) then return { 'malformed', number } end
    due[#due + 1], inbox = instruction, number
  end
end
local watermark, settled = integer.argument(args.watermark), integer.argument(args.settled)
-- The ledger has settled entries that this cell does not have: the cell lost the end of its outbox
-- and must be recovered. It may have given the last lost number to another entry since.
local is_lost = watermark > cell.seq
local is_issued_again = watermark == cell.seq and args.watermark_tag ~= cell.tag
if is_lost or is_issued_again then return { 'fenced', '' } end

-- Everything is checked above; from here on nothing refuses.
for _, instruction in ipairs(due) do
  local number, body = instruction[NUMBER], instruction[BODY]
  kinds[body.kind].apply(body, open, cell, number)
  if instruction_kinds.may_restock(body) then
    redis.call('HSET', keys.meta, 'restocked', number)
  end
end
if inbox > cell.inbox then redis.call('HSET', keys.meta, 'inbox', inbox) end
if watermark > cell.watermark then
  redis.call('HSET', keys.meta, 'watermark', watermark, 'settled', settled)
  outbox.trim(keys.outbox, watermark)
end
return { 'applied', inbox, math.max(watermark, cell.watermark) }
