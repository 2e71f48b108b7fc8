export { apiKey, type ApiKeyAuthenticator } from './api-key.ts'
export { ApiKeyError, type ApiKeyErrorCode } from './api-key-error.ts'
export type { ApiKeyGrant, ApiKeyInput } from './api-key-input.ts'
export type { ApiKeyOptions, ApiKeyVerification } from './api-key-options.ts'
export { apiKeyPattern } from './api-key-pattern.ts'
export type { ApiKey, ApiKeyChange, ApiKeyHolder, ApiKeyRecord } from './api-key-record.ts'
export type { ApiKeyStore } from './api-key-store.ts'
export type { Clock } from './clock.ts'
export {
  createApiKeys,
  type ApiKeys,
  type ApiKeysOptions,
  type ApiKeyVerdict,
  type CreatedApiKey,
  type OfHolder,
} from './create-api-keys.ts'
export type { ApiKeyCacheOptions, ApiKeyCacheStatistics } from './key-cache.ts'
export type { CookiePlace, KeyPlace } from './key-place.ts'
export { memoryStore } from './memory-store.ts'
export type { ApiKeyRefusal } from './refusal.ts'
export { redisStore, type RedisStoreOptions } from './redis-store.ts'
export { sqlMigration } from './sql-migration.ts'
export { sqlStore, type SqlClient, type SqlQuery, type SqlResult, type SqlStoreOptions } from './sql-store.ts'
