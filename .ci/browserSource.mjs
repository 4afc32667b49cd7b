/** What a bare machine runs, in turn, to have a Chromium, each step with its name. */
export function browserSource({ asRoot, distribution }, playwright) {
  if (asRoot && distribution === 'debian') {
    // Without any font Chromium cannot lay out a page.
    const packages = ['chromium', 'fonts-liberation']
    return [
      ['Installing Chromium: updating the package list', 'apt-get', ['update']],
      ['Installing Chromium', 'apt-get', ['install', '-y', '--no-install-recommends', ...packages]],
    ]
  }
  // With the system libraries it needs, where this user may install them.
  const libraries = asRoot && distribution === 'ubuntu' ? ['--with-deps'] : []
  const install = [playwright, 'install', ...libraries, '--no-shell', 'chromium']
  return [['Installing the Chromium of Playwright (nothing to do if it is there)', process.execPath, install]]
}

/** @param release the text of /etc/os-release; empty where there is none */
export function distributionOf(release) {
  return /^ID="?([^"\n]*)/m.exec(release)?.[1]
}
