-- Releases the reservation of a request that did not reach the log.
return_input(release(ARGV[1]) or 0)
redis.call('ZREM', open, ARGV[1])
return 1
