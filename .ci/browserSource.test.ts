import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { browserSource, distributionOf, otherBrowsersSource } from './browserSource.mjs'

const cli = 'node_modules/playwright/cli.js'
const commands = (machine: { asRoot: boolean; distribution?: string | undefined }) =>
  browserSource(machine, cli).map(([, command, args]) => [command, ...args].join(' '))
const playwrights = `${process.execPath} ${cli} install --no-shell chromium`

describe('a machine without a browser', () => {
  it.each([
    ['PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n', 'debian'],
    ['PRETTY_NAME="Ubuntu 24.04.2 LTS"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n', 'ubuntu'],
    ['NAME="openSUSE Leap"\nID="opensuse-leap"\nID_LIKE="suse opensuse"\n', 'opensuse-leap'],
    ['', undefined],
  ])('knows its distribution', (release, name) => {
    expect(distributionOf(release)).toBe(name)
  })

  it('takes the distribution’s as root on Debian', () => {
    expect(commands({ asRoot: true, distribution: 'debian' })).toEqual([
      'apt-get update',
      'apt-get install -y --no-install-recommends chromium fonts-liberation',
    ])
  })

  it('takes Playwright’s elsewhere, with its libraries as root on Ubuntu', () => {
    expect(commands({ asRoot: false })).toEqual([playwrights])
    expect(commands({ asRoot: false, distribution: 'debian' })).toEqual([playwrights])
    expect(commands({ asRoot: false, distribution: 'ubuntu' })).toEqual([playwrights])
    expect(commands({ asRoot: true, distribution: 'ubuntu' })).toEqual([
      `${process.execPath} ${cli} install --with-deps --no-shell chromium`,
    ])
  })

  it.each(['ubuntu22.04-x64', 'ubuntu24.04-x64', 'ubuntu24.04-arm64', 'mac14', 'mac14-arm64', 'mac15-arm64'])(
    'of %s can have one: Playwright takes the command and knows where it lies',
    platform => {
      const [, command, args] = browserSource({ asRoot: false }, cli)[0]!
      const env = { ...process.env, PLAYWRIGHT_HOST_PLATFORM_OVERRIDE: platform }
      const said = execFileSync(command, [...args, '--dry-run'], { env, encoding: 'utf8' })
      expect(said).toMatch(/chromium[\s\S]*Download url: +https:/)
    },
  )
})

describe('the other browsers of the long tests', () => {
  it('are the distribution’s as root on Debian, and none elsewhere', () => {
    const machine = { asRoot: true, distribution: 'debian' }
    expect(otherBrowsersSource(machine).map(([, command, args]) => [command, ...args].join(' '))).toEqual([
      'apt-get update',
      'apt-get install -y --no-install-recommends firefox-esr webkit2gtk-driver xvfb',
    ])
    expect(otherBrowsersSource({ asRoot: false, distribution: 'debian' })).toEqual([])
    expect(otherBrowsersSource({ asRoot: true, distribution: 'ubuntu' })).toEqual([])
  })
})
