import type { Browser, Page } from 'playwright/test'

interface TraceEvent {
  cat: string
  name: string
  pid: number
  tid: number
  /** CPU time of the thread, µs. */
  tdur?: number
  args: { name?: string; data?: { url?: string; documentLoaderURL?: string } }
}

/**
 * The CPU time of each task that the page's main thread ran during some work, in ms, longest first. CPU time hardly
 * depends on other work of the machine, as wall time does.
 */
export async function mainThreadTasks(browser: Browser, page: Page, run: () => Promise<unknown>): Promise<number[]> {
  await browser.startTracing(page, {
    categories: ['__metadata', 'toplevel', 'disabled-by-default-devtools.timeline', 'devtools.timeline'],
  })
  await run()
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  const events = trace.traceEvents
  // The renderer that ran the page's scripts.
  const own = new Map<number, number>()
  for (const { name, pid } of events) if (name === 'FunctionCall') own.set(pid, (own.get(pid) ?? 0) + 1)
  const main = new Set(
    events
      .filter(({ name, args, pid }) => name === 'thread_name' && args.name === 'CrRendererMain' && own.has(pid))
      .map(({ pid, tid }) => `${pid} ${tid}`),
  )
  return events
    .filter(({ name, pid, tid }) => name.endsWith('RunTask') && main.has(`${pid} ${tid}`))
    .map(({ tdur = 0 }) => tdur / 1000)
    .sort((a, b) => b - a)
}
