import type { PropertyValues, TemplateResult } from 'lit'
import { announcementOf } from './announcement.js'
import { Announcer } from './announcer.js'
import { readQueryParameter, writeQueryParameter } from './deepLink.js'
import { dispatchSearchEvent } from './events.js'
import { glide } from './glide.js'
import { handleListKey } from './listKeys.js'
import { modelFor, pageContext } from './pageContext.js'
import { debounce } from './rateLimit.js'
import type { Result } from './result.js'
import { SearchBox, type SearchBoxOptions } from './searchBox.js'
import { SearchProperties } from './searchProperties.js'
import { asksForSearch, isOwnKey } from './shortcuts.js'
import { type Strings, stringsOf } from './strings/index.js'
import { styles } from './styles/index.js'
import { frameView } from './views/frameView.js'
import { panelView } from './views/panelView.js'
import { watchVisibleHeight } from './visibleHeight.js'

/** Milliseconds without a keystroke before the query is written into the page's address. */
const addressPause = 500

/** The properties that a search box is made of. A change of one replaces the box. */
const boxProperties = [
  'src',
  'model',
  'models',
  'modelBase',
  'load',
  'limit',
  'recent',
  'examples',
  'search',
  'reranker',
  'searchOptions',
  'rerankerOptions',
] as const

/**
 * A search box for a site: a button with a dialog, or a field in the page. Words find results at once. Then a model in
 * the browser reads the results and sharpens their order. The element sends the query nowhere. With `param`, the query
 * is part of the page's address.
 *
 * @element mvp-search
 *
 * @slot button - What the button shows instead of a magnifying glass, a word and the shortcut.
 * @slot foot - Below the results, at their end: a link to a privacy page, a credit.
 *
 * @fires {CustomEvent<void>} mvp-search-open - The dialog opened.
 * @fires {CustomEvent<void>} mvp-search-close - The dialog closed.
 * @fires {CustomEvent<SearchResultsDetail>} mvp-search-results - Results arrived: by words, and again when the model
 *   has ranked them.
 * @fires {CustomEvent<SearchSelectDetail>} mvp-search-select - The visitor follows a result. `preventDefault()` leaves
 *   the rest to the page.
 * @fires {CustomEvent<SearchModelDetail>} mvp-search-model - The model begins to load, is ready, or has failed.
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
 * @csspart context - A button that searches beyond the page's version or language.
 * @csspart heading - The line above recent searches or results, such as a correction or a note that none of them
 *   answers.
 * @csspart message - The message in place of results: nothing found, an error.
 * @csspart list - The list.
 * @csspart row - A row of the list.
 * @csspart link - A result's link.
 * @csspart title - A result's title.
 * @csspart path - Where a result stands.
 * @csspart passage - A result's text.
 * @csspart code - Lines of code in a result's text.
 * @csspart mark - A word of the query in a result.
 * @csspart met - A word that a word of the query met in late interaction, where the result's explanation is open.
 * @csspart sentence - The most relevant sentence of a result.
 * @csspart source - How a result was found: by words, by meaning, by both; or from which place by words it climbed.
 * @csspart why-button - The button that opens the explanation of a result.
 * @csspart why - The explanation of a result.
 * @csspart figures - The figures of an explanation, folded.
 * @csspart bar - One bar of an explanation.
 * @csspart more - The button for more results, below the last one.
 * @csspart query - A recent search, an example or a suggestion.
 * @csspart foot - The line below the list.
 * @csspart note - The note about the order in that line.
 * @csspart load - The button that loads the model.
 * @csspart keys - The keys, on wide screens.
 *
 * @cssprop [--mvp-search-accent=#1d5fc4] - Titles, buttons, bars, the active row.
 * @cssprop [--mvp-search-text=#1b1f27] - Text.
 * @cssprop [--mvp-search-muted=#586070] - Less prominent text; at least 4.5 : 1 against the background.
 * @cssprop [--mvp-search-background=#ffffff] - Background.
 * @cssprop [--mvp-search-surface=#f1f4f9] - Background of the active row and of the offer.
 * @cssprop [--mvp-search-border=#d6dbe4] - Lines.
 * @cssprop [--mvp-search-control=#858d9c] - Edges of the button, the inline field and filters; at least 3 : 1 against
 *   the background.
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
  /** @internal */
  /** @internal */
  static override styles = styles

  #currentBox: SearchBox | undefined
  #isBoxDisposed = false
  /** The dialog is made when it is first opened. */
  #hasDialog = false
  /** The next render changes the places of rows. */
  #rowsMove = false
  /** Aborted when the element leaves the page. */
  #connection: AbortController | undefined
  /** Aborted when the dialog is closed. */
  #opening: AbortController | undefined
  readonly #announcer = new Announcer(message => {
    const status = this.renderRoot.querySelector('[role=status]')
    if (status) status.textContent = message
  })

  /** The query. Setting it searches. */
  get query(): string {
    return this.#currentBox?.state.input ?? ''
  }
  set query(query: string) {
    this.#search(query)
  }

  /** Opens the dialog, or focuses the inline field. @param query the text to search for; by default, the last one */
  async open(query?: string): Promise<void> {
    this.#hasDialog = true
    this.requestUpdate()
    await this.updateComplete
    const dialog = this.#dialog
    if (dialog && !dialog.open) {
      this.#opening = new AbortController()
      watchVisibleHeight(dialog, this.#opening.signal)
      dialog.showModal()
      dispatchSearchEvent(this, 'mvp-search-open')
    }
    this.#input?.focus()
    if (query === undefined) this.#input?.select()
    else this.#search(query)
  }

  /** Closes the dialog. The focus returns to where it was. */
  close(): void {
    this.#dialog?.close()
  }

  /** Loads the model now, also for visitors who save data. It never rejects: `mvp-search-model` reports a failure. */
  async loadModel(): Promise<void> {
    await this.#box.model.load()
  }

  /** Forgets the recent searches of this index. */
  clearRecent(): void {
    this.#box.forget()
  }

  override focus(): void {
    void this.open()
  }

  /** @internal */
  override connectedCallback(): void {
    super.connectedCallback()
    this.#connection = new AbortController()
    const { signal } = this.#connection
    document.addEventListener('keydown', event => this.#handlePageKey(event), { signal })
    if (this.#isBoxDisposed) this.#replaceBox()
    const query = readQueryParameter(this.param)
    if (query !== undefined && this.query === '') {
      if (this.inline) void this.updateComplete.then(() => this.#search(query))
      else void this.open(query)
    }
  }

  /** @internal */
  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#connection?.abort()
    this.#opening?.abort()
    this.#announcer.stop()
    // Frameworks take elements out for a moment to move them.
    queueMicrotask(() => {
      if (this.isConnected || !this.#currentBox) return
      this.#currentBox.dispose()
      this.#isBoxDisposed = true
    })
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!this.#currentBox || this.#isBoxDisposed) return
    if (boxProperties.some(name => changed.has(name))) this.#replaceBox()
  }

  protected override update(changed: PropertyValues<this>): void {
    const moving = this.#rowsMove
    this.#rowsMove = false
    const render = () => super.update(changed)
    if (moving) glide([...this.renderRoot.querySelectorAll<HTMLElement>('.row')], render)
    else render()
  }

  protected override render(): TemplateResult {
    const strings = this.#pageStrings
    return frameView({
      strings,
      inline: this.inline,
      shortcuts: !this.noShortcuts,
      hasDialog: this.#hasDialog,
      panel: () =>
        panelView(this.#box, {
          strings,
          placeholder: this.placeholder,
          base: new URL(this.base, document.baseURI).href,
          inline: this.inline,
          isPrivate: !(this.reranker || this.param),
          onInput: text => this.#search(text),
          onChoose: query => {
            this.#search(query)
            this.#input?.focus()
          },
          onClose: () => this.close(),
          onFollow: this.#follow,
        }),
      onKey: this.#handleKey,
      onOpen: () => void this.open(),
      onClosed: this.#handleClosed,
      onBackdrop: this.#handleBackdrop,
    })
  }

  protected override updated(): void {
    if (this.#currentBox) this.#announcer.announce(announcementOf(this.#currentBox, this.#pageStrings))
  }

  /** Searches for the text that the visitor or the page put into the input. */
  #search(input: string): void {
    const box = this.#box
    if (input !== '') box.begin()
    box.search(input)
    this.#writeAddressSoon()
    this.requestUpdate()
    const list = this.renderRoot.querySelector('.list')
    if (list) list.scrollTop = 0
  }

  readonly #writeAddressSoon = debounce(addressPause, () => writeQueryParameter(this.param, this.query.trim()))

  /** Made on first use, so that a search that nobody uses costs nothing. */
  get #box(): SearchBox {
    this.#currentBox ??= new SearchBox(
      this,
      boxOptionsOf(this),
      () => {
        if (!this.#currentBox?.pointerMoved) return undefined
        const id = this.renderRoot.querySelector('.row:hover')?.id
        return id?.startsWith('result-') ? Number(id.slice('result-'.length)) : undefined
      },
      moved => {
        this.#rowsMove ||= moved
        this.requestUpdate()
      },
    )
    return this.#currentBox
  }

  /** Replaces the box by one of the present properties. It searches again for the former query. */
  #replaceBox(): void {
    const { query } = this
    if (!this.#isBoxDisposed) this.#currentBox?.dispose()
    this.#currentBox = undefined
    this.#isBoxDisposed = false
    if (query !== '') this.#search(query)
  }

  /** The strings of the page's language, with the page's own in place of them. */
  get #pageStrings(): Strings {
    const { lang } = this.closest<HTMLElement>('[lang]') ?? document.documentElement
    return { ...stringsOf(lang), ...this.strings }
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog')
  }

  get #input(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input')
  }

  readonly #follow = (event: MouseEvent, result: Result, url: string): void => {
    if (!this.#box.follow(result, url)) event.preventDefault()
    // A link to a place in this very page leaves the dialog in the way.
    else if (!event.ctrlKey && !event.metaKey && !event.shiftKey) this.close()
  }

  #handlePageKey(event: KeyboardEvent): void {
    if (this.noShortcuts || !asksForSearch(event)) return
    event.preventDefault()
    void this.open()
  }

  readonly #handleKey = (event: KeyboardEvent): void => {
    if (!isOwnKey(event)) return
    const rtl = getComputedStyle(this).direction === 'rtl'
    if (handleListKey(event, this.#box, this.renderRoot, rtl)) {
      event.preventDefault()
      void this.updateComplete.then(() => {
        const { row } = this.#box.active
        if (row) this.renderRoot.querySelector(`[id="${row}"]`)?.scrollIntoView({ block: 'nearest' })
      })
    } else if (event.key === 'Escape' && this.inline && this.query !== '') {
      event.preventDefault()
      this.#search('')
    }
  }

  readonly #handleBackdrop = (event: PointerEvent): void => {
    if (event.target === this.#dialog) this.close()
  }

  readonly #handleClosed = (): void => {
    writeQueryParameter(this.param, '')
    this.#opening?.abort()
    this.#announcer.stop()
    dispatchSearchEvent(this, 'mvp-search-close')
  }
}

function boxOptionsOf(element: SearchProperties): SearchBoxOptions {
  const { src, modelBase, search, reranker } = element
  const context = () => pageContext(element.version, element.language)
  const model = modelFor(context().language, element.models) ?? element.model
  return {
    index: search ?? { ...element.searchOptions, src },
    model: reranker ?? (model ? { ...element.rerankerOptions, model, modelBase } : undefined),
    name: src,
    limit: element.limit,
    context,
    recent: element.recent,
    examples: element.examples.split('|').filter(Boolean),
    loadOnUse: element.load !== 'manual',
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mvp-search': MvpSearch
  }
}
