import { html, type PropertyValues, type TemplateResult } from 'lit'
import { announcementOf } from './announcement.js'
import { Announcer } from './announcer.js'
import { boxOptionsOf, changesBox } from './boxOptions.js'
import { putIntoAddress } from './deepLink.js'
import { glide } from './glide.js'
import type { Result } from './result.js'
import { SearchBox } from './searchBox.js'
import { SearchProperties } from './searchProperties.js'
import { afterPause } from './settle.js'
import { type Strings, stringsOf } from './strings/index.js'
import { panelView } from './views/panelView.js'

/** Milliseconds without a keystroke before the query is put into the page's address. */
const addressPause = 500

/**
 * The search element but for where its panel stands, in a dialog or in the page: what is typed, the box that searches
 * for it, and the list.
 */
export abstract class SearchPanel extends SearchProperties {
  #box: SearchBox | undefined
  #typed = ''
  /** The pointer moved within the list of this query. One that was parked where the list appeared asks for no row. */
  #pointed = false
  #rowsMove = false
  readonly #announcer = new Announcer(message => {
    const place = this.renderRoot.querySelector('[role=status]')
    if (place) place.textContent = message
  })

  /** What is searched for; setting it searches. */
  get query(): string {
    return this.#typed
  }
  set query(query: string) {
    this.setQuery(query)
  }

  abstract close(): void

  protected abstract follow(event: MouseEvent, result: Result, url: string): void

  /** Loads the model now, also for visitors who save data. What became of it is told by `mvp-search-model`. */
  async loadModel(): Promise<void> {
    await this.box.model.load()
  }

  /** Forgets the recent searches of this index. */
  clearRecent(): void {
    this.box.forget()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!this.#box || !changesBox(changed)) return
    this.endBox()
    // What is typed is looked up with what was given now.
    if (this.#typed !== '') this.setQuery(this.#typed)
  }

  protected override update(changed: PropertyValues<this>): void {
    const moving = this.#rowsMove
    this.#rowsMove = false
    const render = () => super.update(changed)
    if (moving) glide([...this.renderRoot.querySelectorAll<HTMLElement>('.row')], render)
    else render()
  }

  protected override updated(): void {
    if (this.#box) this.#announcer.announce(announcementOf(this.#box, this.words))
  }

  protected readonly panel = (): TemplateResult => {
    const strings = this.words
    return html`
      <div
        class="watch"
        @pointermove=${this.#pointerMoves}
        @pointerdown=${this.#listTouched}
        @wheel=${this.#listTouched}
        @touchmove=${this.#listTouched}
      >
        ${panelView(this.box, {
          strings,
          placeholder: this.placeholder,
          base: new URL(this.base, document.baseURI).href,
          inline: this.inline,
          typed: this.#typed,
          onInput: event => this.setQuery((event.target as HTMLInputElement).value),
          onUse: () => this.box.begin(),
          onClear: () => {
            this.setQuery('')
            this.field?.focus()
          },
          onClose: () => this.close(),
          onChoose: query => {
            this.setQuery(query)
            this.field?.focus()
          },
          onFollow: (event, result, url) => this.follow(event, result, url),
        })}
      </div>
      <div class="visually-hidden" role="status"></div>
    `
  }

  /** What it says, in the language of the page. */
  protected get words(): Strings {
    const { lang } = this.closest<HTMLElement>('[lang]') ?? document.documentElement
    return { ...stringsOf(lang), ...this.strings }
  }

  protected get field(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input')
  }

  /** Made when it is first asked for: a search that nobody uses costs nothing. */
  protected get box(): SearchBox {
    this.#box ??= this.#makeBox()
    return this.#box
  }

  #makeBox(): SearchBox {
    return new SearchBox(
      this,
      boxOptionsOf(this),
      () => {
        if (!this.#pointed) return undefined
        const id = this.renderRoot.querySelector('.row:hover')?.id
        return id?.startsWith('result-') ? Number(id.slice('result-'.length)) : undefined
      },
      moved => {
        this.#rowsMove ||= moved
        this.requestUpdate()
      },
    )
  }

  protected endBox(): void {
    this.#box?.dispose()
    this.#box = undefined
  }

  readonly #soonIntoAddress = afterPause(addressPause, () => putIntoAddress(this.param, this.#typed.trim()))

  protected setQuery(query: string): void {
    this.#typed = query
    this.#pointed = false
    const box = this.box
    if (query !== '') box.begin()
    box.type(query)
    this.#soonIntoAddress()
    this.requestUpdate()
    const list = this.renderRoot.querySelector('.list')
    if (list) list.scrollTop = 0
  }

  readonly #pointerMoves = (event: PointerEvent): void => {
    // Browsers tell of a pointer that rests while the rows below it move, too.
    if (event.movementX === 0 && event.movementY === 0) return
    this.#pointed ||= (event.target as Element).closest('.list') !== null
    this.#listTouched(event)
  }

  readonly #listTouched = (event: Event): void => {
    if ((event.target as Element).closest('.list')) this.box.engage()
  }

  protected silence(): void {
    this.#announcer.stop()
  }
}
