-- An answer is still open.
return redis.call('ZADD', open, 'XX', whole(now + ARGV[2]), ARGV[1])
