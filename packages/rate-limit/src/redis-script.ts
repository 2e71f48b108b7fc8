import { createHash } from 'node:crypto'

/**
 * The decision of `memoryStore`, made by Redis in one step and by the time of Redis.
 *
 * KEYS: one for each quota. ARGV: the cost, then limit, window and capacity of each quota.
 * A key holds a level and when it was right, and expires when the level has sunk to 0.
 * Returns 1 or 0 for allowed or not, the time in milliseconds, and the level of each quota.
 */
export const redisScript: string = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local cost = tonumber(ARGV[1])
local asked = math.max(cost, 1)
local stored = redis.call('MGET', unpack(KEYS))
local reply = { 1, now }

local function save(i, level)
  local limit = tonumber(ARGV[3 * i - 1])
  local text = string.format('%.0f %.0f', level, now)
  redis.call('SET', KEYS[i], text, 'PX', string.format('%.0f', math.max(1, math.ceil(level / limit))))
end

for i = 1, #KEYS do
  local limit, window, capacity = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1])
  local level, at = string.match(stored[i] or '', '^(%d+) (%d+)$')
  level, at = tonumber(level or 0), tonumber(at or now)
  if at > now then
    save(i, level)
  else
    level = math.max(0, level - (now - at) * limit)
  end
  if level + asked * window > capacity then reply[1] = 0 end
  reply[i + 2] = level
end

if reply[1] == 1 and cost > 0 then
  for i = 1, #KEYS do
    reply[i + 2] = reply[i + 2] + cost * tonumber(ARGV[3 * i])
    save(i, reply[i + 2])
  end
end

return reply
`

/** The name under which Redis keeps the script, once it has seen it. */
export const redisScriptSha: string = createHash('sha1').update(redisScript).digest('hex')
