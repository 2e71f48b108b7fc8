import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'examples/*/src/**/*.test.ts',
      'test/**/*.test.ts',
      'bench/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.bun.test.ts'],
    pool: 'forks',
    maxWorkers: availableParallelism() + 1, // many tests wait for a clock or a socket, not for a core
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
