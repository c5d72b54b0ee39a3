-- Releases the reservation of a request that did not reach the log.
local generation, input_per_minute = ARGV[1], tonumber(ARGV[2])
local input = release(generation)
if input and input_per_minute > 0 then
  store('input', math.min(input_per_minute, level('input', input_per_minute) + input))
end
redis.call('ZREM', open, generation)
return 1
