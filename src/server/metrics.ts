import type { Protocol } from './protocols.js'

/** Upper bounds of the histogram of durations, in seconds. */
const BOUNDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** The server's counters, written in the text format of Prometheus. */
export class Metrics {
  readonly #answers = new Map<string, number>()
  readonly #buckets = new Array<number>(BOUNDS.length).fill(0)
  #seconds = 0
  #ranked = 0
  #passages = 0

  readonly #gauges: () => { running: number; waiting: number; ready: boolean; info: string }

  /** @param gauges current values, read on each scrape */
  constructor(gauges: () => { running: number; waiting: number; ready: boolean; info: string }) {
    this.#gauges = gauges
  }

  answered(protocol: Protocol, status: number): void {
    const labels = `protocol="${protocol}",status="${status}"`
    this.#answers.set(labels, (this.#answers.get(labels) ?? 0) + 1)
  }

  /** @param ms from the end of the queue to the ranking */
  rankedList(passages: number, ms: number): void {
    const seconds = ms / 1000
    BOUNDS.forEach((bound, i) => {
      if (seconds <= bound) this.#buckets[i]!++
    })
    this.#seconds += seconds
    this.#ranked++
    this.#passages += passages
  }

  text(): string {
    const { running, waiting, ready, info } = this.#gauges()
    const histogram = BOUNDS.map((bound, i) => `mvp_rerank_seconds_bucket{le="${bound}"} ${this.#buckets[i]}`)
    return [
      ...metric('requests_total', 'counter', 'Requests answered, by protocol and HTTP status.', [
        ...[...this.#answers].map(([labels, count]) => `mvp_rerank_requests_total{${labels}} ${count}`),
      ]),
      ...metric('seconds', 'histogram', 'Time to rank a list, without waiting for the turn.', [
        ...histogram,
        `mvp_rerank_seconds_bucket{le="+Inf"} ${this.#ranked}`,
        `mvp_rerank_seconds_sum ${this.#seconds}`,
        `mvp_rerank_seconds_count ${this.#ranked}`,
      ]),
      ...metric('passages_total', 'counter', 'Passages ranked.', [`mvp_rerank_passages_total ${this.#passages}`]),
      ...metric('running', 'gauge', 'Requests being ranked.', [`mvp_rerank_running ${running}`]),
      ...metric('waiting', 'gauge', 'Requests waiting for their turn.', [`mvp_rerank_waiting ${waiting}`]),
      ...metric('ready', 'gauge', '1 if requests are taken.', [`mvp_rerank_ready ${ready ? 1 : 0}`]),
      ...metric('info', 'gauge', 'Version, model and how it computes.', [`mvp_rerank_info{${info}} 1`]),
      '',
    ].join('\n')
  }
}

function metric(name: string, type: string, help: string, lines: string[]): string[] {
  return [`# HELP mvp_rerank_${name} ${help}`, `# TYPE mvp_rerank_${name} ${type}`, ...lines]
}
