import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { glide } from '../glide.js'
import { afterPause } from '../settle.js'
import { announcementOf } from './announcement.js'
import { Announcer } from './announcer.js'
import { putIntoAddress, queryInAddress } from './deepLink.js'
import { tell } from './events.js'
import { listKey } from './listKeys.js'
import type { Result } from './result.js'
import { SearchBox } from './searchBox.js'
import { SearchProperties } from './searchProperties.js'
import { asksForSearch, shortcutLabel } from './shortcuts.js'
import { type Strings, stringsOf } from './strings/index.js'
import { styles } from './styles/index.js'
import { glass } from './views/icons.js'
import { panelView } from './views/panelView.js'
import { watchVisibleHeight } from './visibleHeight.js'

/** Milliseconds without a keystroke before the query is put into the page's address. */
const addressPause = 500

/**
 * A search box for a site: a button with a dialog, or inline. Finds by words at once; a model that runs in the browser then reads the results and
 * sharpens their order. Nothing that is typed leaves the device.
 *
 * @element mvp-search
 *
 * @slot button - What the button shows instead of a magnifier, a word and its shortcut.
 * @slot foot - Below the results, at their end: a link to a privacy page, a credit.
 *
 * @fires {CustomEvent<void>} mvp-search-open - The dialog was opened.
 * @fires {CustomEvent<void>} mvp-search-close - The dialog was closed.
 * @fires {CustomEvent<SearchResultsDetail>} mvp-search-results - Results are there: by words, and again when the model has read them.
 * @fires {CustomEvent<SearchSelectDetail>} mvp-search-select - A result is about to be followed; `preventDefault()` leaves the rest to the page.
 * @fires {CustomEvent<SearchModelDetail>} mvp-search-model - The model is being loaded, is ready, or failed.
 * @fires {CustomEvent<{error: unknown}>} mvp-search-error - The index could not be opened, or the model stopped midway.
 *
 * @csspart button - The button that opens the dialog.
 * @csspart dialog - The dialog.
 * @csspart panel - All of the search: field, filters, list, foot.
 * @csspart field - The row that holds the input.
 * @csspart input - The input.
 * @csspart clear - The button that empties the input.
 * @csspart close - The button that closes the dialog.
 * @csspart filters - The row of filters.
 * @csspart filter - One filter, a select.
 * @csspart offer - The button that shows a better order.
 * @csspart heading - The line above recent searches.
 * @csspart message - What stands in place of results: nothing found, an error.
 * @csspart list - The list.
 * @csspart row - A row of the list.
 * @csspart link - A result's link.
 * @csspart title - A result's title.
 * @csspart path - Where a result stands.
 * @csspart passage - A result's text.
 * @csspart mark - A word of the query in a result.
 * @csspart sentence - The most relevant sentence of a result.
 * @csspart source - How a result was found: by words, by meaning, by both.
 * @csspart why-button - The button that opens the explanation of a result.
 * @csspart why - The explanation of a result.
 * @csspart bar - One bar of an explanation.
 * @csspart query - A recent search or a suggestion.
 * @csspart foot - The line below the list.
 * @csspart note - What it says about the order.
 * @csspart load - The button that loads the model.
 * @csspart keys - The keys, on wide screens.
 *
 * @cssprop [--mvp-search-accent=#1d5fc4] - Titles, buttons, bars, the active row.
 * @cssprop [--mvp-search-text=#1b1f27] - Text.
 * @cssprop [--mvp-search-muted=#586070] - Text of less weight; 4.5 : 1 against the background.
 * @cssprop [--mvp-search-background=#ffffff] - Background.
 * @cssprop [--mvp-search-surface=#f1f4f9] - Background of the active row and of the offer.
 * @cssprop [--mvp-search-border=#d6dbe4] - Lines.
 * @cssprop [--mvp-search-control=#858d9c] - Edges of the button, the inline field and filters; 3 : 1 against the background.
 * @cssprop [--mvp-search-sentence=#fff0bd] - Background of the most relevant sentence.
 * @cssprop [--mvp-search-danger=#a8271f] - Text of errors.
 * @cssprop [--mvp-search-backdrop] - What covers the page behind the dialog.
 * @cssprop [--mvp-search-shadow] - Shadow of the dialog.
 * @cssprop [--mvp-search-radius=12px] - Corners.
 * @cssprop [--mvp-search-font=system-ui] - Fonts.
 * @cssprop [--mvp-search-font-size=1rem] - Size of text.
 * @cssprop [--mvp-search-width=46rem] - Width of the dialog.
 */
export class MvpSearch extends SearchProperties {
  static override styles = styles

  #box: SearchBox | undefined
  #typed = ''
  /** The dialog was opened once: until then, it is not even made. */
  #made = false
  #rowsMove = false
  #page: AbortController | undefined
  /** Ends with the dialog. */
  #shown: AbortController | undefined
  readonly #announcer = new Announcer(message => {
    const place = this.renderRoot.querySelector('[role=status]')
    if (place) place.textContent = message
  })

  /** What is searched for; setting it searches. */
  get query(): string {
    return this.#typed
  }
  set query(query: string) {
    this.#setQuery(query)
  }

  /** Opens the dialog, or goes to the inline field. @param query what to search for; without it, what was searched for last */
  async open(query?: string): Promise<void> {
    this.#made = true
    this.requestUpdate()
    await this.updateComplete
    const dialog = this.#dialog
    if (dialog && !dialog.open) {
      this.#shown = new AbortController()
      watchVisibleHeight(dialog, this.#shown.signal)
      dialog.showModal()
      tell(this, 'mvp-search-open')
    }
    this.#input?.focus()
    if (query === undefined) this.#input?.select()
    else this.#setQuery(query)
  }

  /** Closes the dialog; the focus returns to where it was. */
  close(): void {
    this.#dialog?.close()
  }

  /** Loads the model now, also for visitors who save data. What became of it is told by `mvp-search-model`. */
  async loadModel(): Promise<void> {
    await this.#boxNow.model.load()
  }

  /** Forgets the recent searches of this index. */
  clearRecent(): void {
    this.#boxNow.forget()
  }

  override focus(): void {
    void this.open()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#page = new AbortController()
    const { signal } = this.#page
    document.addEventListener('keydown', event => this.#pageKey(event), { signal })
    const query = queryInAddress(this.param)
    if (query !== undefined && this.#typed === '') {
      if (this.inline) void this.updateComplete.then(() => this.#setQuery(query))
      else void this.open(query)
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#page?.abort()
    this.#shown?.abort()
    this.#announcer.stop()
    // Frameworks take elements out for a moment to move them.
    queueMicrotask(() => {
      if (!this.isConnected) this.#endBox()
    })
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const ofBox = [
      'src',
      'model',
      'modelBase',
      'load',
      'limit',
      'recent',
      'search',
      'reranker',
      'searchOptions',
      'rerankerOptions',
    ] as const
    if (!this.#box || !ofBox.some(name => changed.has(name))) return
    this.#endBox()
    // What is typed is looked up with what was given now.
    if (this.#typed !== '') this.#setQuery(this.#typed)
  }

  protected override update(changed: PropertyValues<this>): void {
    const moving = this.#rowsMove
    this.#rowsMove = false
    const render = () => super.update(changed)
    if (moving) glide([...this.renderRoot.querySelectorAll<HTMLElement>('.row')], render)
    else render()
  }

  protected override render(): TemplateResult {
    const strings = this.#strings
    if (this.inline)
      return html`<div class="panel" part="panel" role="search" aria-label=${strings.search} @keydown=${this.#key}>${this.#panel(strings)}</div>`
    return html`
      <button
        class="open"
        part="button"
        type="button"
        aria-haspopup="dialog"
        aria-keyshortcuts=${this.noShortcuts ? nothing : 'Control+K Meta+K /'}
        @click=${() => void this.open()}
      >
        <slot name="button">
          ${glass}<span>${strings.search}</span>${this.noShortcuts ? nothing : html`<kbd aria-hidden="true">${shortcutLabel()}</kbd>`}
        </slot>
      </button>
      ${
        this.#made
          ? html`<dialog
              part="dialog"
              aria-label=${strings.search}
              @close=${this.#closed}
              @pointerdown=${this.#backdrop}
            >
              <div class="panel" part="panel" role="search" aria-label=${strings.search} @keydown=${this.#key}>
                ${this.#panel(strings)}
              </div>
            </dialog>`
          : nothing
      }
    `
  }

  protected override updated(): void {
    if (this.#box) this.#announcer.announce(announcementOf(this.#box, this.#strings))
  }

  #panel(strings: Strings): TemplateResult {
    return html`
      <div
        class="watch"
        @pointermove=${this.#pointerMoves}
        @pointerdown=${this.#listTouched}
        @wheel=${this.#listTouched}
        @touchmove=${this.#listTouched}
      >
        ${panelView(this.#boxNow, {
          strings,
          placeholder: this.placeholder,
          base: new URL(this.base, document.baseURI).href,
          inline: this.inline,
          typed: this.#typed,
          onInput: event => this.#setQuery((event.target as HTMLInputElement).value),
          onUse: () => this.#boxNow.begin(),
          onClear: () => {
            this.#setQuery('')
            this.#input?.focus()
          },
          onClose: () => this.close(),
          onChoose: query => {
            this.#setQuery(query)
            this.#input?.focus()
          },
          onFollow: this.#follow,
        })}
      </div>
      <div class="visually-hidden" role="status"></div>
    `
  }

  get #strings(): Strings {
    const { lang } = this.closest<HTMLElement>('[lang]') ?? document.documentElement
    return { ...stringsOf(lang), ...this.strings }
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog')
  }

  get #input(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input')
  }

  get #boxNow(): SearchBox {
    this.#box ??= this.#makeBox()
    return this.#box
  }

  #makeBox(): SearchBox {
    const { src, model, modelBase, search, reranker } = this
    return new SearchBox(
      this,
      {
        index: search ?? { ...this.searchOptions, src },
        model:
          reranker ?? (model ? { ...this.rerankerOptions, model, ...(modelBase ? { modelBase } : {}) } : undefined),
        name: src,
        limit: this.limit,
        recent: this.recent,
        loadOnUse: this.load !== 'manual',
      },
      () => {
        const id = this.renderRoot.querySelector('.row:hover')?.id
        return id?.startsWith('result-') ? Number(id.slice('result-'.length)) : undefined
      },
      moved => {
        this.#rowsMove ||= moved
        this.requestUpdate()
      },
    )
  }

  #endBox(): void {
    this.#box?.dispose()
    this.#box = undefined
  }

  readonly #soonIntoAddress = afterPause(addressPause, () => putIntoAddress(this.param, this.#typed.trim()))

  #setQuery(query: string): void {
    this.#typed = query
    const box = this.#boxNow
    if (query !== '') box.begin()
    box.type(query)
    this.#soonIntoAddress()
    this.requestUpdate()
    const list = this.renderRoot.querySelector('.list')
    if (list) list.scrollTop = 0
  }

  readonly #follow = (event: MouseEvent, result: Result, url: string): void => {
    if (!this.#boxNow.follow(result, url)) event.preventDefault()
    // A link to a place in this very page leaves the dialog in the way.
    else if (!event.ctrlKey && !event.metaKey && !event.shiftKey) this.close()
  }

  #pageKey(event: KeyboardEvent): void {
    if (this.noShortcuts || !asksForSearch(event)) return
    event.preventDefault()
    void this.open()
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (event.isComposing) return
    const rtl = getComputedStyle(this).direction === 'rtl'
    if (listKey(event, this.#boxNow, this.renderRoot, rtl)) {
      event.preventDefault()
      void this.updateComplete.then(() => {
        const { row } = this.#boxNow.active
        if (row) this.renderRoot.querySelector(`[id="${row}"]`)?.scrollIntoView({ block: 'nearest' })
      })
    } else if (event.key === 'Escape' && this.inline && this.#typed !== '') {
      event.preventDefault()
      this.#setQuery('')
    }
  }

  readonly #pointerMoves = (event: PointerEvent): void => {
    // Browsers tell of a pointer that rests while the rows below it move, too.
    if (event.movementX !== 0 || event.movementY !== 0) this.#listTouched(event)
  }

  readonly #listTouched = (event: Event): void => {
    if ((event.target as Element).closest('.list')) this.#boxNow.engage()
  }

  readonly #backdrop = (event: PointerEvent): void => {
    if (event.target === this.#dialog) this.close()
  }

  readonly #closed = (): void => {
    putIntoAddress(this.param, '')
    this.#shown?.abort()
    this.#announcer.stop()
    tell(this, 'mvp-search-close')
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mvp-search': MvpSearch
  }
}
