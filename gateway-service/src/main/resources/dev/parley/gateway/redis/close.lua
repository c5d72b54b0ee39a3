-- An answer is open no longer.
return redis.call('ZREM', open, ARGV[1])
