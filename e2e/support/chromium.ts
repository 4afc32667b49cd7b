import { existsSync } from 'node:fs'
import type { LaunchOptions } from 'playwright/test'

/** The distribution's Chromium, or else the one that `playwright install chromium` fetched. */
const DISTRIBUTION = '/usr/bin/chromium'

/** No updates and no telemetry while tests run. */
const QUIET = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * On a machine without a GPU, headless Chromium offers an adapter only with this flag: SwiftShader, on the CPU.
 */
const SOFTWARE_GPU = '--enable-unsafe-webgpu'

/** Options that start Chromium with a WebGPU adapter, or as on a machine without one. */
export function launchOptions(webgpu: boolean): LaunchOptions {
  return {
    // The channel chooses the full browser over the headless shell, which has no WebGPU.
    ...(existsSync(DISTRIBUTION) ? { executablePath: DISTRIBUTION } : { channel: 'chromium' }),
    args: [...QUIET, webgpu ? SOFTWARE_GPU : '--disable-features=WebGPU'],
  }
}
