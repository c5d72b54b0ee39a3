-- Reserves the maximum usage of a request, all or nothing. Amounts are in 1e-8 US dollars; a limit of 0 means unlimited.
local generation, input, cost = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local requests_per_minute, input_per_minute, output_per_minute = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local streams_max, per_day, per_month = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local day, month, life, lease = ARGV[10], ARGV[11], tonumber(ARGV[12]), tonumber(ARGV[13])

expire()
redis.call('ZREMRANGEBYSCORE', open, '-inf', whole(now))

local requests = level('requests', requests_per_minute)
local inputs = level('input', input_per_minute)
local outputs = level('output', output_per_minute)
local held = tonumber(redis.call('HGET', balance, 'reserved') or 0)
local limit, wait, left = '', 0, 0

local function need(name, wanted, have, per_minute)
  if limit == '' and per_minute > 0 and have < wanted then
    limit = name
    wait = math.ceil((wanted - have) * 60000 / per_minute)
  end
end

-- Refuses a cost that a budget has no room for, beside what is spent of it and an amount that is in use.
local function afford(name, period, current, budget, in_use)
  if limit == '' and budget > 0 then
    local used = tonumber(spent(period, current))
    if used + in_use + cost > budget then
      limit = name
      wait = 1000
      left = math.max(0, budget - used - held)
    end
  end
end

if streams_max > 0 and redis.call('ZCARD', open) >= streams_max then
  limit = 'OPEN_STREAMS'
  wait = 1000
end
need('REQUESTS', 1, requests, requests_per_minute)
need('INPUT_TOKENS', math.min(input, input_per_minute), inputs, input_per_minute)
if limit == 'INPUT_TOKENS' and redis.call('HLEN', reserved) > 0 then
  -- A debt may be the estimate of a request under way, of which the usage is known when it ends.
  wait = math.min(wait, 60000)
end
need('OUTPUT_TOKENS', 1, outputs, output_per_minute)
-- The refusal that lasts longest first.
afford('MONTH', 'month', month, per_month, 0)
afford('DAY', 'day', day, per_day, 0)
afford('RESERVED', 'month', month, per_month, held)
afford('RESERVED', 'day', day, per_day, held)

if limit == '' then
  if requests_per_minute > 0 then
    requests = requests - 1
    store('requests', requests)
  end
  if input_per_minute > 0 then
    inputs = inputs - input
    store('input', inputs)
  end
  if cost > 0 or input_per_minute > 0 or output_per_minute > 0 then
    redis.call('HSET', reserved, generation, whole(cost) .. ':' .. whole(input_per_minute > 0 and input or 0))
    redis.call('ZADD', ends, whole(now + life), generation)
  end
  if cost > 0 then
    redis.call('HINCRBY', balance, 'reserved', whole(cost))
  end
  if streams_max > 0 then
    redis.call('ZADD', open, whole(now + lease), generation)
  end
end
return {limit, whole(wait), string.format('%.3f', requests), string.format('%.3f', inputs), string.format('%.3f', outputs), whole(left)}
