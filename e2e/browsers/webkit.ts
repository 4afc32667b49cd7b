import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { type DrivenBrowser, type DrivenBrowserKind, keyActions, Tab } from './drivenBrowser.js'

const DRIVER = '/usr/bin/WebKitWebDriver'
const SCREEN = '/usr/bin/Xvfb'
const BROWSERS = ['x86_64', 'aarch64'].map(cpu => `/usr/lib/${cpu}-linux-gnu/webkit2gtk-4.1/MiniBrowser`)

/** WebKitGTK's own small browser, driven by its WebDriver, on a screen in memory: it has no headless mode. */
export const webkit: DrivenBrowserKind = {
  name: 'WebKitGTK',
  missing() {
    const browser = BROWSERS.some(existsSync) ? undefined : 'MiniBrowser of webkit2gtk-4.1'
    const lacking = existsSync(DRIVER) ? (existsSync(SCREEN) ? browser : SCREEN) : DRIVER
    return lacking && `there is no ${lacking}`
  },
  async launch() {
    const home = mkdtempSync(join(tmpdir(), 'webkit-'))
    const screen = spawn(SCREEN, ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    })
    const display = await displayOf(screen)
    const port = await freePort()
    const driver = spawn(DRIVER, [`--port=${port}`], {
      stdio: 'ignore',
      env: {
        ...process.env,
        HOME: home,
        DISPLAY: display,
        GDK_BACKEND: 'x11',
        WEBKIT_DISABLE_COMPOSITING_MODE: '1',
        // Its sandbox needs privileges that containers lack.
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      },
    })
    const session = await Session.begin(`http://127.0.0.1:${port}`)
    // The first window stays: the session ends with the last one.
    const base = (await session.call('GET', '/window')) as string
    return {
      title: `WebKitGTK ${session.version}`,
      async openTab() {
        const { handle } = (await session.callIn(base, 'POST', '/window/new', { type: 'window' })) as { handle: string }
        return new WebKitTab(session, handle)
      },
      async close() {
        await session.call('DELETE', '')
        await end(driver)
        await end(screen)
        rmSync(home, { recursive: true, force: true })
      },
    } satisfies DrivenBrowser
  },
}

/** Xvfb chooses a free display and says which. Its pipe stays open: it writes the end of the line by itself. */
function displayOf(screen: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const pipe = screen.stdio[3] as Readable
    pipe.once('data', data => resolve(`:${String(data).trim()}`))
    screen.once('exit', code => reject(new Error(`${SCREEN} ended with ${code}.`)))
  })
}

/** The driver chooses none by itself. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

async function end(child: ChildProcess): Promise<void> {
  const gone = new Promise(resolve => child.once('exit', resolve))
  child.kill()
  await gone
}

/** A session of WebDriver. Commands go to the window that was chosen last, so they take turns. */
class Session {
  readonly version: string
  readonly #url: string
  #turn: Promise<unknown> = Promise.resolve()

  static async begin(driver: string): Promise<Session> {
    const binary = BROWSERS.find(existsSync)
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': { binary, args: ['--automation'] } } }
    for (let tries = 100; ; tries--) {
      try {
        const begun = (await request('POST', `${driver}/session`, { capabilities })) as {
          sessionId: string
          capabilities: { browserVersion: string }
        }
        return new Session(`${driver}/session/${begun.sessionId}`, begun.capabilities.browserVersion)
      } catch (error) {
        // The driver does not listen yet.
        if (tries === 0 || !(error instanceof TypeError)) throw error
        await new Promise(resolve => setTimeout(resolve, 100))
      }
    }
  }

  private constructor(url: string, version: string) {
    this.#url = url
    this.version = version
  }

  call(method: string, path: string, body?: object): Promise<unknown> {
    return this.#enqueue(() => request(method, this.#url + path, body))
  }

  callIn(handle: string, method: string, path: string, body?: object): Promise<unknown> {
    return this.#enqueue(async () => {
      await request('POST', `${this.#url}/window`, { handle })
      return request(method, this.#url + path, body)
    })
  }

  #enqueue(task: () => Promise<unknown>): Promise<unknown> {
    const turn = this.#turn.then(task, task)
    this.#turn = turn.catch(() => undefined)
    return turn
  }
}

async function request(method: string, url: string, body?: object): Promise<unknown> {
  const response = await fetch(url, { method, ...(body ? { body: JSON.stringify(body) } : {}) })
  const { value } = (await response.json()) as { value: unknown }
  if (response.ok) return value
  const { error, message } = value as { error: string; message: string }
  throw new Error(`${method} ${new URL(url).pathname}: ${error}: ${message}`)
}

/** The last argument of an asynchronous script takes its answer: what the expression gives, or what it throws. */
const script = (expression: string) =>
  `${expression}.then(value => arguments[0]({ value }), error => arguments[0]({ error: String(error) }))`

class WebKitTab extends Tab {
  readonly #session: Session
  readonly #handle: string

  constructor(session: Session, handle: string) {
    super()
    this.#session = session
    this.#handle = handle
  }

  async goto(url: string): Promise<void> {
    await this.#call('POST', '/url', { url })
  }

  async reload(): Promise<void> {
    await this.#call('POST', '/refresh', {})
  }

  async back(): Promise<void> {
    await this.#call('POST', '/back', {})
  }

  async close(): Promise<void> {
    await this.#call('DELETE', '/window')
  }

  async type(text: string): Promise<void> {
    await this.#call('POST', '/actions', { actions: keyActions(text) })
  }

  protected async evaluateText(expression: string): Promise<string> {
    const answer = await this.#call('POST', '/execute/async', { script: script(expression), args: [] })
    const { value, error } = answer as { value: string; error?: string }
    if (error !== undefined) throw new Error(error)
    return value
  }

  #call(method: string, path: string, body?: object): Promise<unknown> {
    return this.#session.callIn(this.#handle, method, path, body)
  }
}
