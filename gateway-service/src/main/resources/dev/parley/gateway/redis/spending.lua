-- Returns what was spent in a day and in a month, and what is reserved. Amounts are in 1e-8 US dollars.
local day, month = ARGV[1], ARGV[2]
expire()
local found = redis.call('HMGET', balance, 'day', 'day_spent', 'month', 'month_spent', 'reserved')
return {found[1] == day and found[2] or '0', found[3] == month and found[4] or '0', found[5] or '0'}
