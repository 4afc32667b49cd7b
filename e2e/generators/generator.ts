import type { Page } from 'playwright/test'

/** A site generator, as a fixture with its plugin or recipe and the commands that its users type. */
export interface Generator {
  /** What users call it. */
  name: string
  /** Folder in fixtures/. */
  fixture: string
  /** The package whose version is the generator's. */
  package: string
  /** Files that are added to the fixture. */
  files?: Record<string, string>
  /** Our packages that the fixture installs: folders in packages/. */
  plugins: string[]
  /** Packages for Python, in place of those of npm; `{packages}` stands for our folder packages/. */
  python?: string[]
  /** The generator's command, where it has to be on this machine: its tests are skipped without it. */
  command?: string
  /** Makes the site. */
  build: string
  /** The folder that the build writes, which a static server then serves. */
  output: string
  /** Starts the development server. `{port}` stands for a free port. A recipe has no part in it. */
  develop?: string
  /** What the addresses of the site begin with. */
  base: string
  /** Addresses below the base, as links of the site name them. */
  pages: { start: string; flour: string; german: string; old: string }
  /** Switches the site to dark colors, as a visitor does. */
  darken?: (page: Page) => Promise<void>
}
