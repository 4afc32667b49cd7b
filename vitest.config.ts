import { defaultExclude, defineConfig } from 'vitest/config'

/** `vitest` runs the fast tests, `vitest --mode full` the long ones (`*.full.test.ts`). */
export default defineConfig(({ mode }) => ({
  test: {
    globalSetup: 'test/compileKernels.ts',
    include: [mode === 'full' ? '**/*.full.test.ts' : '**/*.test.ts'],
    exclude: [...defaultExclude, 'dist-site/**', ...(mode === 'full' ? [] : ['**/*.full.test.ts'])],
    testTimeout: mode === 'full' ? 600_000 : 20_000,
    // Hooks convert and load models, which takes a busy machine long.
    hookTimeout: 60_000,
  },
}))
