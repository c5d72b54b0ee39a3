-- Removes the account of a key that has ended, unless it was used in the given month or later.
local usage, previous, since = KEYS[5], KEYS[6], ARGV[1]
local month = redis.call('HGET', usage, 'month')
if month and month >= since then
  return 0
end
return redis.call('DEL', balance, reserved, ends, open, usage, previous)
