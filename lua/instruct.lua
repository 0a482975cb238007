--[[ instruct: apply the ledger's instructions, in number order, each once; note what is settled.
  keys   fence meta stock offers shoppers rules pots wallets outbox
  args   instructions (msgpack array of { number, body }, ascending, at most 100),
         watermark (highest settled number of this epoch), settled (orders of this epoch settled),
         tag (random: of the entries it writes)
  reply  'applied' inbox (the highest number applied) | 'gap' inbox (a number is missing: nothing
         written) | 'malformed' number (nothing written) | 'fenced' epoch
  Allowed when memory is full: it frees memory. ]]
--@include lib/fence
--@include lib/integer
--@include lib/prelude
--@include lib/instruction_kinds
--@include lib/outbox
local refusal = fence.refusal(keys.fence)
if refusal then return refusal end
local cell = prelude.read(keys.meta)
if not cell then return { 'fenced', '' } end

-- Redis refuses to write to a key of another type: it is asked now, while an error writes nothing.
for _, hash in ipairs({ keys.stock, keys.offers, keys.pots, keys.wallets }) do
  redis.call('HLEN', hash)
end
redis.call('XLEN', keys.outbox)

local kinds = instruction_kinds.kinds
local inbox, due = cell.inbox, {}
for _, instruction in ipairs(cmsgpack.unpack(args.instructions)) do
  local number, body = instruction[1], instruction[2]
  if number > inbox + 1 then return { 'gap', cell.inbox } end
  if number == inbox + 1 then
    local kind = kinds[body.kind]
    if not kind or not kind.is_sound(body, cell) then return { 'malformed', number } end
    due[#due + 1], inbox = instruction, number
  end
end
local watermark, settled = integer.argument(args.watermark), integer.argument(args.settled)
-- The ledger settled more than this cell wrote: the cell lost its tail and must be rebuilt.
if watermark > cell.seq then return { 'fenced', '' } end

-- Everything is checked above; from here on nothing refuses.
for _, instruction in ipairs(due) do
  local number, body = instruction[1], instruction[2]
  kinds[body.kind].apply(body, number, cell)
  if instruction_kinds.may_restock(body) then redis.call('HSET', keys.meta, 'restocked', number) end
end
if inbox > cell.inbox then redis.call('HSET', keys.meta, 'inbox', inbox) end
if watermark > cell.watermark then
  redis.call('HSET', keys.meta, 'watermark', watermark, 'settled', settled)
  outbox.trim(keys.outbox, watermark)
end
return { 'applied', inbox }
