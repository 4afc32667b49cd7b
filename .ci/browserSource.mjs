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

/**
 * What a bare machine runs, in turn, to have the browsers that the long tests run in beside Chromium. Only Debian has
 * them as packages.
 */
export function otherBrowsersSource({ asRoot, distribution }) {
  if (!asRoot || distribution !== 'debian') return []
  // WebKitGTK's browser has no headless mode: Xvfb is its screen.
  const packages = ['firefox-esr', 'webkit2gtk-driver', 'xvfb']
  return [
    ['Installing Firefox and WebKitGTK: updating the package list', 'apt-get', ['update']],
    ['Installing Firefox and WebKitGTK', 'apt-get', ['install', '-y', '--no-install-recommends', ...packages]],
  ]
}
