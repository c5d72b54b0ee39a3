-- Returns what was spent in a day and in a month, and what is reserved. Amounts are in 1e-8 US dollars.
local day, month = ARGV[1], ARGV[2]
expire()
return {spent('day', day), spent('month', month), redis.call('HGET', balance, 'reserved') or '0'}
