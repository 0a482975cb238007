local hash_fields = {}

-- Writes a field for each entry of a table, all in one command: what value_of says of the entry and
-- its name; nil: not this one.
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
