local clock = {}

-- This server's time in ms since 1970: no caller's clock decides whether a sale is open.
function clock.now_ms()
  local time = redis.call('TIME')
  local seconds, microseconds = time[1], time[2]
  return seconds * 1000 + math.floor(microseconds / 1000)
end
