import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

/**
 * Runs the command `mvp-rerank` of the package that the site has installed.
 *
 * @param {string} root the site's project
 * @param {string[]} args
 * @param {(line: string) => void} log is called with each line of warnings and progress
 * @returns {Promise<any>} its report
 */
export async function runCommand(root, args, log) {
  const child = spawn(process.execPath, [findCommand(root), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  /** @type {string[]} */
  const lines = []
  let report = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    report += text
  })
  createInterface(child.stderr).on('line', line => {
    lines.push(line)
    log(line)
  })
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  if (code === 0) return JSON.parse(report)
  throw new Error(`mvp-rerank ${args[0]} failed with exit code ${code}.\n${lines.slice(-20).join('\n')}`)
}

/** @param {string} root */
function findCommand(root) {
  for (const place of [join(root, 'package.json'), import.meta.url]) {
    try {
      const file = createRequire(place).resolve('mvp-rerank/package.json')
      return join(dirname(file), JSON.parse(readFileSync(file, 'utf8')).bin['mvp-rerank'])
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  throw new Error('The package mvp-rerank is not installed. Run `npm install mvp-rerank` in the folder of the site.')
}
