-- The account of one key: balance, reservations by generation, expiry of reservations, and open streams.
local balance, reserved, ends, open = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function whole(number)
  return string.format('%.0f', number)
end

-- The level of a limit that refills continuously, up to its amount per minute. Negative after usage above the estimate.
-- Forgotten without it (0), when a request is admitted under other limits, so that a later one starts unused.
local function level(name, per_minute)
  if per_minute == 0 then
    redis.call('HDEL', balance, name, name .. '_at')
    return 0
  end
  local found = redis.call('HMGET', balance, name, name .. '_at')
  if not found[1] then
    return per_minute
  end
  if now < tonumber(found[2]) then
    -- The clock was set back.
    redis.call('HSET', balance, name .. '_at', whole(now))
    return math.min(per_minute, tonumber(found[1]))
  end
  return math.min(per_minute, found[1] + per_minute * (now - found[2]) / 60000)
end

local function store(name, value)
  redis.call('HSET', balance, name, string.format('%.3f', value), name .. '_at', whole(now))
end

-- Releases the reservation of a generation. Returns the reserved input tokens, or nil if there is no reservation.
local function release(generation)
  local amounts = redis.call('HGET', reserved, generation)
  if not amounts then
    return nil
  end
  redis.call('HDEL', reserved, generation)
  redis.call('ZREM', ends, generation)
  local cost, input = string.match(amounts, '^(%d+):(%d+)$')
  if tonumber(cost) > 0 then
    redis.call('HINCRBY', balance, 'reserved', '-' .. cost)
  end
  return tonumber(input)
end

-- What was spent in a period, as text. Later ones than the newest have none. For an earlier one that is not kept, the newest
-- counts, because the clock of the gateway may be behind.
local function spent(period, current)
  local before = period .. '_before'
  local found = redis.call('HMGET', balance, period, period .. '_spent', before, before .. '_spent')
  if found[3] == current then
    return found[4]
  end
  return found[1] and found[1] >= current and found[2] or '0'
end

-- Returns reserved input tokens to the level, also to that of a limit that was removed. The limit bounds it when it is read.
local function return_input(tokens)
  if redis.call('HEXISTS', balance, 'input') == 1 then
    redis.call('HINCRBYFLOAT', balance, 'input', whole(tokens))
  end
end

-- Releases the reservations that have expired.
local function expire()
  for _, late in ipairs(redis.call('ZRANGEBYSCORE', ends, '-inf', whole(now), 'LIMIT', 0, 1000)) do
    return_input(release(late) or 0)
  end
end
