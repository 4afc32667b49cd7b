/** The commands that install a Chromium on a bare machine, each with a description. */
export function browserSource({ asRoot, distribution }, playwright) {
  if (asRoot && distribution === 'debian') {
    // Chromium cannot lay out a page without a font.
    const packages = ['chromium', 'fonts-liberation']
    return [
      ['Installing Chromium: updating the package list', 'apt-get', ['update']],
      ['Installing Chromium', 'apt-get', ['install', '-y', '--no-install-recommends', ...packages]],
    ]
  }
  // Include the system libraries if this user may install them.
  const libraries = asRoot && distribution === 'ubuntu' ? ['--with-deps'] : []
  const install = [playwright, 'install', ...libraries, '--no-shell', 'chromium']
  return [['Installing the Chromium of Playwright (nothing to do if it is there)', process.execPath, install]]
}

/** @param release the text of /etc/os-release; empty if there is none */
export function distributionOf(release) {
  return /^ID="?([^"\n]*)/m.exec(release)?.[1]
}

/**
 * The commands that install the other browsers of the long tests, each with a description. Only Debian has them as
 * packages.
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
