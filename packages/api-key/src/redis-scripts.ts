/** KEYS: the hash of the key, its id, its holder. ARGV: the fixed members as JSON, the digest, a score, `expiresAt`. */
export const insertScript: string = `
if redis.call('EXISTS', KEYS[1]) == 1 or redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'record', ARGV[1])
if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'expiresAt', ARGV[4]) end
redis.call('SET', KEYS[2], ARGV[2])
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2])
return 1`

/** KEYS: the hash of the key. ARGV: \`revokedAt\` and \`lastUsedAt\`, or nothing. */
export const updateScript: string = `
if redis.call('HEXISTS', KEYS[1], 'record') == 0 then return 0 end
if ARGV[1] ~= '' then redis.call('HSETNX', KEYS[1], 'revokedAt', ARGV[1]) end
if ARGV[2] ~= '' then
  local last = redis.call('HGET', KEYS[1], 'lastUsedAt')
  if not last or last < ARGV[2] then redis.call('HSET', KEYS[1], 'lastUsedAt', ARGV[2]) end
end
return 1`

/**
 * KEYS: as for an insertion, then the hash of the key that is replaced. ARGV: as for an insertion, then the time of the
 * replacement, when the old key ends, and the id of the successor.
 */
export const replaceScript: string = `
if redis.call('HEXISTS', KEYS[4], 'record') == 0 then return 0 end
local ended = redis.call('HMGET', KEYS[4], 'replacedBy', 'revokedAt', 'expiresAt')
if ended[1] or ended[2] or (ended[3] and ended[3] <= ARGV[5]) then return 0 end
${insertScript.trimStart().replace('\nreturn 1', '')}
if not ended[3] or ended[3] > ARGV[6] then redis.call('HSET', KEYS[4], 'expiresAt', ARGV[6]) end
redis.call('HSET', KEYS[4], 'replacedBy', ARGV[7])
return 1`
