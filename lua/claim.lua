--[[ claim: gives coupons and red packets to a batch of shoppers who claim them, in order. Later
  items see what earlier ones took. A bad item or a bad record refuses that item only.
  keys   fence meta rules pots wallets outbox
  args   batch (msgpack map of columns serial, shopper, key, promotion, member ('': none); at most
           64 items)
         tag (random, for the outbox entry)
         backlog_limit (orders and claims that may wait for the ledger)
  reply  'batch' at rules_version seq prev placed [promotion, budget, ...] outcome...
           at in ms; seq, prev, placed: the entry's number, the tag before it, and orders and
           claims of the epoch up to it (0, '', 0: nothing was given); the list holds the budget
           of each promotion whose red packets were given
         | 'fenced' epoch
         outcome: the amount given (minor units of a red packet, 0: a coupon)
           | 'replayed' serial promotion amount seq | 'key_reused' | 'not_found' | 'busy'
           | 'sale_over' | 'sale_paused' | 'sale_not_open' opens_at | 'limit_reached' limit taken
           | 'sold_out' | 'coupon_unavailable' promotion (for other member tiers) | 'unreadable' ]]
--@include lib/prelude
--@include lib/clock
--@include lib/integer
--@include lib/hash_fields
--@include lib/sale_window
--@include lib/pots
--@include lib/wallets
--@include lib/outbox
--@include lib/each_item
local cell, refusal = prelude.open_cell(keys.fence, keys.meta)
if refusal then return refusal end

local REUSED, UNKNOWN = { 'key_reused' }, { 'not_found' }
local BUSY, GONE = { 'busy' }, { 'sold_out' }
local SEQ, PREV, PLACED = 4, 5, 6 -- their positions in the reply
local BODY_VERSION = 2 -- of the outbox entry

local batch = cmsgpack.unpack(args.batch)
local room = integer.argument(args.backlog_limit) - (cell.placed - cell.settled)
local now = clock.now_ms()
assert(#batch.shopper > 0, 'no items')
local records = redis.call('HMGET', keys.wallets, hash_fields.SEAL, unpack(batch.shopper))
assert(records[1], 'wallets is gone')
local open_wallets, changed, given = {}, {}, 0
local terms_of, left, taken, told = {}, {}, {}, {}
local is_sealed = false

local entry = { at = now, rules_version = cell.rules_version, serial = {}, shopper = {}, key = {},
  promotion = {}, amount = {}, budget = {} }

-- A promotion that seems unknown or sold out may be one whose hash is gone.
local function unless_gone(refusal)
  if not is_sealed then
    hash_fields.check_seal(keys.rules, 'rules', hash_fields.RULES_SEAL)
    hash_fields.check_seal(keys.pots, 'pots')
  end
  is_sealed = true
  return refusal
end

-- A promotion's terms, read once per call together with its pots; false when the sale has no such
-- promotion to claim.
local function terms(promotion)
  if terms_of[promotion] == nil then
    local packed = redis.call('HGET', keys.rules, 'claim:' .. promotion)
    local claim = packed and cmsgpack.unpack(packed)
    if claim then
      claim.quota = 'quota:' .. promotion
      claim.pot = claim.budget and 'budget:' .. claim.budget
      pots.read(keys.pots, { claim.quota, claim.pot }, left)
    end
    terms_of[promotion] = claim
  end
  return terms_of[promotion]
end

-- The amount of a red packet for a member tier; 0 for a coupon, nil when too little is left.
local function amount_for(claim, member)
  if not claim.amount then return 0 end
  local amount = claim.amount
  if claim.boosted and claim.boosted[member] then
    amount = math.min(math.floor(amount * claim.bps / 10000), claim.cap)
  end
  amount = pots.offered(left[claim.pot], amount, claim.whole)
  return amount > 0 and amount or nil
end

local function give(i, wallet, claim, amount)
  given = given + 1
  changed[batch.shopper[i]] = wallet
  pots.spend(left, taken, claim.quota, 1)
  if amount > 0 then pots.spend(left, taken, claim.pot, amount) end
  wallets.add_claim(wallet, batch.key[i], batch.serial[i], batch.promotion[i], cell.seq + 1, amount)
  entry.serial[given], entry.shopper[given] = batch.serial[i], batch.shopper[i]
  entry.key[given], entry.promotion[given] = batch.key[i], batch.promotion[i]
  entry.amount[given], entry.budget[given] = amount, amount > 0 and claim.budget or ''
  if amount > 0 and not claim.told then
    claim.told, told[#told + 1], told[#told + 2] = true, batch.promotion[i], claim.budget
  end
  return amount
end

local function outcome(i)
  local name, promotion = batch.shopper[i], batch.promotion[i]
  local wallet = open_wallets[name] or wallets.open(records[i + 1])
  open_wallets[name] = wallet
  local serial, before, was, seq = wallets.claimed_under(wallet, batch.key[i])
  if serial then
    return before == promotion and { 'replayed', serial, before, was, seq } or REUSED
  end
  local claim = terms(promotion)
  if not claim then return unless_gone(UNKNOWN) end
  if claim.members and not claim.members[batch.member[i]] then
    return { 'coupon_unavailable', promotion }
  end
  if room <= given then return BUSY end
  local closed = sale_window.refusal(cell, now)
  if closed then return closed end
  local limit, had = wallets.over_limit(wallet, promotion, claim.limit)
  if limit then return { 'limit_reached', limit, had } end
  local amount = left[claim.quota] > 0 and amount_for(claim, batch.member[i])
  return amount and give(i, wallet, claim, amount) or unless_gone(GONE)
end

local reply = { 'batch', now, cell.rules_version, 0, '', 0, told }
each_item.append_outcomes(reply, #batch.serial, outcome)
if given == 0 then return reply end

-- Everything is checked above; from here on nothing refuses. The outbox entry comes first: it is
-- the only write that Redis may refuse, and then nothing is written. The other keys were read.
reply[SEQ], reply[PREV], reply[PLACED] = outbox.append(keys.outbox, keys.meta, cell, BODY_VERSION,
  args.tag, given, cmsgpack.pack(entry))
pots.take(keys.pots, taken, left)
wallets.save(keys.wallets, changed)
return reply
