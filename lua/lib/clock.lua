local clock = {}

-- ms since 1970 by this server: no caller's clock decides whether a sale is open.
function clock.now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
