-- Records until when partitions are counted, except those whose last recorded offset is another one.
local positions, counted, moment = KEYS[7], KEYS[8], ARGV[1]
for i = 2, #ARGV, 2 do
  if (redis.call('HGET', positions, ARGV[i]) or '') == ARGV[i + 1] then
    redis.call('HSET', counted, ARGV[i], moment)
  end
end
return 0
