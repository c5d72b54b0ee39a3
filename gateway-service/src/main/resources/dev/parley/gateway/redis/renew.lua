-- Renews the lease of an open stream, also of one that has expired or was lost.
return redis.call('ZADD', open, whole(now + ARGV[2]), ARGV[1])
