-- Counts a stream as closed.
return redis.call('ZREM', open, ARGV[1])
