-- Renews the entry of an open answer.
return redis.call('ZADD', open, 'XX', whole(now + ARGV[2]), ARGV[1])
