-- Renews the leases of open streams, also of those that have expired or were lost. Each has the key of its account's open streams.
for i = 1, #KEYS do
  redis.call('ZADD', KEYS[i], whole(now + ARGV[1]), ARGV[i + 1])
end
return 0
