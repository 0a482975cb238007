-- hash_fields: the hashes of a cell. Each that `load` fills has a seal (src/cell/keys.ts), a field
-- that stays there as long as the hash does. Without it someone has deleted the hash, and its
-- fields came later.
local hash_fields = {}

-- No id holds a tab.
hash_fields.SEAL = '\tseal'
-- The rules are replaced as a whole. This field is always among them.
hash_fields.RULES_SEAL = 'layers'

-- Raises when a hash has lost its seal, or has another type.
function hash_fields.check_seal(key, name, seal)
  assert(redis.call('HEXISTS', key, seal or hash_fields.SEAL) == 1, name .. ' is gone')
end

-- Raises when any hash that has a seal has lost it. keys: by name
function hash_fields.check_all(keys)
  for _, name in ipairs({ 'stock', 'offers', 'shoppers', 'pots', 'wallets' }) do
    hash_fields.check_seal(keys[name], name)
  end
  hash_fields.check_seal(keys.rules, 'rules', hash_fields.RULES_SEAL)
end

-- Writes one field for each entry of a table, all in one command. value_of(entry, name) returns the
-- value to write, or nil to leave the field alone.
function hash_fields.set(key, entries, value_of)
  local written, n = {}, 0
  for name, entry in pairs(entries) do
    local value = value_of(entry, name)
    if value then
      written[n + 1], written[n + 2] = name, value
      n = n + 2
    end
  end
  if n > 0 then redis.call('HSET', key, unpack(written)) end
end
