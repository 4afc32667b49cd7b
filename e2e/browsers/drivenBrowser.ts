/** A browser that Playwright cannot drive, as far as these tests need it. */
export interface DrivenBrowser {
  /** As the browser names itself, with its version. */
  readonly title: string
  openTab(): Promise<Tab>
  close(): Promise<void>
}

export interface DrivenBrowserKind {
  readonly name: string
  /** What is missing here to run it; undefined where nothing is. */
  missing(): string | undefined
  /** @param blocksStorage as in a browser whose user blocks cookies and site data */
  launch(options?: { blocksStorage?: boolean }): Promise<DrivenBrowser>
}

const POLL_MS = 100

export abstract class Tab {
  /** Resolves once the page is loaded. */
  abstract goto(url: string): Promise<void>
  abstract reload(): Promise<void>
  abstract back(): Promise<void>
  abstract close(): Promise<void>
  /** Presses the keys of a text, one after another, on what has the focus. */
  abstract type(text: string): Promise<void>
  /** @param expression JavaScript; what it, or its promise, gives must be a string */
  protected abstract evaluateText(expression: string): Promise<string>

  /**
   * Runs a function in the page and returns what it, or its promise, gives. The function sees nothing but its argument.
   */
  async evaluate<Result, Argument = undefined>(
    run: (argument: Argument) => Result,
    ...[argument]: Argument extends undefined ? [] : [Argument]
  ): Promise<Awaited<Result>> {
    const call = `(${run})(${argument === undefined ? '' : JSON.stringify(argument)})`
    const text = await this.evaluateText(`(async () => JSON.stringify({ value: await ${call} }))()`)
    return (JSON.parse(text) as { value: Awaited<Result> }).value
  }

  /** Waits until the function gives something true, through reloads. */
  async until<Argument = undefined>(
    run: (argument: Argument) => unknown,
    ...argument: Argument extends undefined ? [] : [Argument]
  ): Promise<void> {
    const deadline = Date.now() + 120_000
    let last: unknown
    while (Date.now() < deadline) {
      try {
        last = await this.evaluate(run, ...argument)
        if (last) return
      } catch (error) {
        // A page that is just being left has no answer.
        last = error
      }
      await new Promise(resolve => setTimeout(resolve, POLL_MS))
    }
    throw new Error(`Waited in vain, last for ${last}: ${run}`)
  }
}

/** Keys in the form that both protocols take. */
export function keyActions(text: string) {
  const keys = [...text].flatMap(value => [
    { type: 'keyDown', value },
    { type: 'keyUp', value },
  ])
  return [{ type: 'key', id: 'keyboard', actions: keys }]
}
