import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { PYTHONS, pythonCheck, pythonSource } from './pythonSource.mjs'

describe('a machine without a Python', () => {
  it.each(['debian', 'ubuntu'])('takes the one of %s as root', distribution => {
    const commands = pythonSource({ asRoot: true, distribution }).map(([, command, args]) =>
      [command, ...args].join(' '),
    )
    expect(commands).toEqual(['apt-get update', 'apt-get install -y --no-install-recommends python3 python3-venv'])
  })

  it('installs none elsewhere', () => {
    expect(pythonSource({ asRoot: false, distribution: 'debian' })).toEqual([])
    expect(pythonSource({ asRoot: true, distribution: undefined })).toEqual([])
  })
})

const has = (name: string, least: number, most: number) => spawnSync(name, pythonCheck(least, most)).status === 0

describe.skipIf(!has('python3', 0, 99))('a Python', () => {
  it('is taken only if its version is in the range', () => {
    const minor = Number(
      spawnSync('python3', ['-c', 'import sys; print(sys.version_info[1])'], { encoding: 'utf8' }).stdout,
    )
    expect(PYTHONS[0]).toBe('python3')
    expect(has('python3', minor, minor)).toBe(true)
    expect(has('python3', minor + 1, 99)).toBe(false)
    expect(has('python3', 0, minor - 1)).toBe(false)
  })
})
