export type Mode = 'development' | 'build'

/** A bundler, framework or runtime that people build with, as a fixture and the commands that its users type. */
export interface Host {
  /** What users call it. */
  name: string
  /** Folder in fixtures/. */
  fixture: string
  /** The package whose version is the host's. */
  package: string
  /** In place of the versions in the fixture's package.json. */
  versions?: Record<string, string>
  /** Dependencies beside those of the fixture. */
  adds?: Record<string, string>
  /** Options of `npm install`. */
  npm?: string[]
  /** Major version of Node, where it needs a newer one than this repository. */
  node?: '22' | '24'
  /** Where the site's static files lie. @default public */
  publicFolder?: string
  /** The site's pages, at which a ranking starts by itself. @default the root */
  pages?: string[]
  /** Where its server does not send the headers of cross-origin isolation, so that there is one thread. */
  singleThreaded?: Mode[]
  /** Goes before both: what the host's users have to do for the package. */
  prepare?: string
  /** Starts the development server. `{port}` stands for a free port. */
  develop?: string
  /** Makes the site. */
  build?: string
  /** Serves what was built: a command, or a folder for a static server. */
  serve?: string | { folder: string }
  /** Runs a program that prints the order, where there are no pages. */
  run?: string
}
