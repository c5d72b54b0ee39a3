-- Renews the lease of an open stream.
return redis.call('ZADD', open, 'XX', whole(now + ARGV[2]), ARGV[1])
