-- Removes the entry of an answer that has ended.
return redis.call('ZREM', open, ARGV[1])
