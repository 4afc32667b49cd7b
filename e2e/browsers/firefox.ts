import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { WebSocket } from 'undici'
import { type DrivenBrowser, type DrivenBrowserKind, keyActions, Tab } from './drivenBrowser.js'

const BINARY = '/usr/bin/firefox-esr'

/** Neither updates nor telemetry while tests run. */
const QUIET = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.safebrowsing.update.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'toolkit.telemetry.server': '',
}

/** Cookies and the data of all sites are blocked. */
const BLOCKED = { 'network.cookie.cookieBehavior': 2 }

/** Firefox, driven by WebDriver BiDi, which it speaks without a driver program. */
export const firefox: DrivenBrowserKind = {
  name: 'Firefox',
  missing: () => (existsSync(BINARY) ? undefined : `there is no ${BINARY}`),
  async launch({ blocksStorage = false } = {}) {
    const profile = mkdtempSync(join(tmpdir(), 'firefox-'))
    const prefs = Object.entries({ ...QUIET, ...(blocksStorage ? BLOCKED : {}) })
    const lines = prefs.map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
    writeFileSync(join(profile, 'user.js'), lines.join(''))
    const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank']
    const child = spawn(BINARY, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    const bidi = await BiDi.connect(await address(child))
    const { capabilities } = (await bidi.call('session.new', { capabilities: {} })) as {
      capabilities: { browserVersion: string }
    }
    return {
      title: `Firefox ${capabilities.browserVersion}`,
      async openTab() {
        const { context } = (await bidi.call('browsingContext.create', { type: 'tab' })) as { context: string }
        return new FirefoxTab(bidi, context)
      },
      async close() {
        const gone = new Promise(resolve => child.once('exit', resolve))
        await bidi.call('browser.close', {})
        await gone
        rmSync(profile, { recursive: true, force: true })
      },
    } satisfies DrivenBrowser
  },
}

/** Firefox chooses a free port and says which. */
async function address(child: ChildProcess): Promise<string> {
  const said: string[] = []
  for await (const line of createInterface(child.stderr!)) {
    said.push(line)
    const url = /WebDriver BiDi listening on (ws:\S+)/.exec(line)?.[1]
    if (!url) continue
    child.stderr!.resume()
    return `${url}/session`
  }
  throw new Error(`Firefox did not start:\n${said.join('\n')}`)
}

interface Answer {
  id: number
  type: 'success' | 'error'
  result?: unknown
  message?: string
}

class BiDi {
  readonly #socket: WebSocket
  readonly #pending = new Map<number, (answer: Answer) => void>()
  #calls = 0

  static async connect(url: string): Promise<BiDi> {
    const socket = new WebSocket(url)
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve)
      socket.addEventListener('error', reject)
    })
    return new BiDi(socket)
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => {
      const answer = JSON.parse(data as string) as Answer
      this.#pending.get(answer.id)?.(answer)
      this.#pending.delete(answer.id)
    })
  }

  async call(method: string, params: object): Promise<unknown> {
    const id = ++this.#calls
    const answered = new Promise<Answer>(resolve => this.#pending.set(id, resolve))
    this.#socket.send(JSON.stringify({ id, method, params }))
    const { type, result, message } = await answered
    if (type === 'error') throw new Error(`${method}: ${message}`)
    return result
  }
}

class FirefoxTab extends Tab {
  readonly #bidi: BiDi
  readonly #context: string

  constructor(bidi: BiDi, context: string) {
    super()
    this.#bidi = bidi
    this.#context = context
  }

  async goto(url: string): Promise<void> {
    await this.#call('browsingContext.navigate', { url, wait: 'complete' })
  }

  async reload(): Promise<void> {
    await this.#call('browsingContext.reload', { wait: 'complete' })
  }

  async back(): Promise<void> {
    await this.#call('browsingContext.traverseHistory', { delta: -1 })
  }

  async close(): Promise<void> {
    await this.#call('browsingContext.close', {})
  }

  async type(text: string): Promise<void> {
    await this.#call('input.performActions', { actions: keyActions(text) })
  }

  protected async evaluateText(expression: string): Promise<string> {
    const evaluated = (await this.#bidi.call('script.evaluate', {
      expression,
      target: { context: this.#context },
      awaitPromise: true,
    })) as { result: { value: string }; exceptionDetails?: { text: string } }
    if (evaluated.exceptionDetails) throw new Error(evaluated.exceptionDetails.text)
    return evaluated.result.value
  }

  #call(method: string, params: object): Promise<unknown> {
    return this.#bidi.call(method, { context: this.#context, ...params })
  }
}
