import { defineConfig } from 'playwright/test'
import { launchOptions } from '../support/chromium.js'

/**
 * `npm run test:hosts`: builds the package, then runs every host that docs/HOSTS.md lists, and every site generator of
 * docs/GENERATORS.md. Takes most of an hour and the network.
 */
export default defineConfig({
  testDir: '..',
  testMatch: ['**/everyHost.ts', '**/everyGenerator.ts'],
  globalSetup: '../support/convertModels.ts',
  outputDir: '../../test-results',
  workers: 1,
  timeout: 10 * 60_000,
  reporter: [['list'], ['./tableReporter.ts']],
  use: { launchOptions: launchOptions(false) },
})
