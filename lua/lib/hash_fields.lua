local hash_fields = {}

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
