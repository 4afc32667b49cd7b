import { HttpError } from './httpError.js'

/** What Infinity's client sends if it was given no name. */
const UNNAMED = 'default/not-specified'

/** The names by which requests may ask for the model. */
export class ModelNames {
  readonly all: readonly [string, ...string[]]
  readonly #any: boolean

  /** @param any whether requests may use any other name too */
  constructor(all: readonly [string, ...string[]], any: boolean) {
    this.all = all
    this.#any = any
  }

  /** The name in answers. */
  get served(): string {
    return this.all[0]
  }

  /** A client that names another model must not get this one's scores. @throws HttpError 404 or 422 */
  check(asked: unknown): void {
    if (asked === undefined || asked === null || asked === UNNAMED) return
    if (typeof asked !== 'string') throw new HttpError(422, 'bad-request', '`model` must be a string.')
    if (this.#any || this.all.includes(asked)) return
    const message = `This server has the model ${this.all.join(', ')} alone. Ask for it, or start the server with another`
    throw new HttpError(404, 'model-not-found', `${message} --served-model-name or with --any-model.`)
  }
}
