import { defaultExclude, defineConfig } from 'vitest/config'
import { kernelsWithin } from './build/kernelsPlugin.js'

/** `vitest` runs the fast tests, `vitest --mode full` the long ones (`*.full.test.ts`). */
export default defineConfig(({ mode }) => ({
  plugins: [kernelsWithin()],
  test: {
    // By default one core stays idle.
    maxWorkers: '100%',
    globalSetup: 'test/compileKernels.ts',
    include: [mode === 'full' ? '**/*.full.test.ts' : '**/*.test.ts'],
    exclude: [...defaultExclude, 'dist-site/**', ...(mode === 'full' ? [] : ['**/*.full.test.ts'])],
    testTimeout: mode === 'full' ? 600_000 : 20_000,
    // Hooks convert and load models, which takes a busy machine long.
    hookTimeout: 60_000,
  },
}))
