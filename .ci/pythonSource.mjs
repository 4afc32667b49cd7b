/** Names under which a Python may be installed, the default first. */
export const PYTHONS = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11']

/**
 * The arguments that make a Python exit with 0 if its minor version is in the range and it can make virtual
 * environments.
 */
export function pythonCheck(least, most) {
  return ['-c', `import sys, venv, ensurepip; sys.exit(not ((3, ${least}) <= sys.version_info[:2] <= (3, ${most})))`]
}

/** The commands that install a Python with venv, each with a description. None if only the user can install it. */
export function pythonSource({ asRoot, distribution }) {
  if (!asRoot || !['debian', 'ubuntu'].includes(distribution)) return []
  return [
    ['Installing Python: updating the package list', 'apt-get', ['update']],
    ['Installing Python', 'apt-get', ['install', '-y', '--no-install-recommends', 'python3', 'python3-venv']],
  ]
}
