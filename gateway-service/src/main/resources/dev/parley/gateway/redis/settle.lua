-- Records the usage of a request with its offset on the log, if it follows the last recorded offset.
local usage, previous, positions = KEYS[5], KEYS[6], KEYS[7]
local partition, after, offset, generation = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local cost, input, output = ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local input_per_minute, output_per_minute, day, month = tonumber(ARGV[8]), tonumber(ARGV[9]), ARGV[10], ARGV[11]
local ended = tonumber(ARGV[12])

local at = redis.call('HGET', positions, partition) or ''
if at ~= after then
  return at
end
redis.call('HSET', positions, partition, offset)

-- Adds the cost to a period, of which the newest two are kept: a replica whose clock is ahead begins one early.
local function spend(period, current)
  local before = period .. '_before'
  local found = redis.call('HGET', balance, period)
  if found and found > current then
    period = before
    found = redis.call('HGET', balance, period)
  elseif found and found < current then
    redis.call('HSET', balance, before, found, before .. '_spent', redis.call('HGET', balance, period .. '_spent'))
  end
  if found == current then
    redis.call('HINCRBY', balance, period .. '_spent', cost)
  elseif not found or found < current then
    redis.call('HSET', balance, period, current, period .. '_spent', cost)
  end
end

-- Adds the amounts of the usage reports, of which the newest two months are kept. Without expiry, because Redis evicts
-- what expires.
local function report()
  local hash = usage
  local found = redis.call('HGET', usage, 'month')
  if found and found < month then
    redis.call('RENAME', usage, previous)
    found = nil
  elseif found and found > month then
    hash = previous
    found = redis.call('HGET', previous, 'month')
    if found and found > month then
      return
    elseif found and found < month then
      redis.call('DEL', previous)
      found = nil
    end
  end
  if not found then
    redis.call('HSET', hash, 'month', month)
  end
  for i = 13, #ARGV, 2 do
    if ARGV[i + 1] ~= '0' then
      redis.call('HINCRBY', hash, ARGV[i], ARGV[i + 1])
    end
  end
end

if generation ~= '' then
  local reserved_input = release(generation)
  -- A request without the limit has reserved none: one that is set meanwhile begins unused.
  if reserved_input and reserved_input > 0 then
    if input_per_minute > 0 then
      store('input', level('input', input_per_minute))
    end
    return_input(reserved_input - input)
  end
  if output_per_minute > 0 then
    -- Of a request that was not granted here, or is counted again, only what was not refilled since its end.
    local refilled = reserved_input and 0 or output_per_minute * math.max(0, now - ended) / 60000
    store('output', level('output', output_per_minute) - math.max(0, output - refilled))
  end
  spend('day', day)
  spend('month', month)
  report()
end
return offset
