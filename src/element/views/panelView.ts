import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { type Note, noteOf } from '../note.js'
import { type Result, rowKeyOf } from '../result.js'
import type { ListItem, SearchBox } from '../searchBox.js'
import { readable } from '../segments.js'
import type { Strings } from '../strings/index.js'
import { filtersView } from './filtersView.js'
import { backspace, cross, glass } from './icons.js'
import { queryView } from './queryView.js'
import { resultView } from './resultView.js'

export interface PanelViewOptions {
  strings: Strings
  placeholder: string
  /** The URL that relative URLs of the index are relative to. */
  base: string
  inline: boolean
  /** Whether the query stays on the device, as far as the element knows. */
  isPrivate: boolean
  /** @param text what the input holds now */
  onInput: (text: string) => void
  /** Puts a query into the input. */
  onChoose: (query: string) => void
  onClose: () => void
  onFollow: (event: MouseEvent, result: Result, url: string) => void
}

/** The input and everything below it, in the dialog or in the page. */
export function panelView(box: SearchBox, options: PanelViewOptions): TemplateResult {
  const engage = (event: Event) => {
    if ((event.target as Element).closest('.list')) box.engage()
  }
  const engageIfMoved = (event: PointerEvent) => {
    // Browsers also report a resting pointer when the rows below it move.
    if (event.movementX === 0 && event.movementY === 0) return
    if ((event.target as Element).closest('.list')) box.pointerMoved = true
    engage(event)
  }
  return html`
    <div
      class="watch"
      @pointermove=${engageIfMoved}
      @pointerdown=${engage}
      @wheel=${engage}
      @touchmove=${engage}
    >
      ${contentView(box, options)}
    </div>
    <div class="visually-hidden" role="status"></div>
  `
}

function contentView(box: SearchBox, options: PanelViewOptions): TemplateResult {
  const { strings, placeholder, inline, onInput, onChoose, onClose } = options
  const { input } = box.state
  const items = box.items
  // In a page, filters that appear just after the focus would push the content below away.
  const filtersShown = !inline || box.query !== '' || Object.values(box.filters).some(({ length }) => length > 0)
  return html`
    <div class="field" part="field">
      ${glass}
      <input
        part="input"
        type="search"
        role="combobox"
        aria-autocomplete="list"
        aria-haspopup="grid"
        aria-controls="list"
        aria-expanded=${items.length > 0}
        aria-activedescendant=${box.active.id ?? nothing}
        aria-label=${strings.label}
        placeholder=${placeholder || strings.placeholder}
        autocomplete="off"
        autocapitalize="none"
        autocorrect="off"
        spellcheck="false"
        enterkeyhint="search"
        dir="auto"
        maxlength="300"
        .value=${input}
        @input=${(event: Event) => onInput((event.target as HTMLInputElement).value)}
        @focus=${() => box.begin()}
      />
      <button
        class="icon"
        part="clear"
        type="button"
        aria-label=${strings.clear}
        ?hidden=${input === ''}
        @click=${() => onChoose('')}
      >
        ${inline ? cross : backspace}
      </button>
      ${
        inline
          ? nothing
          : html`<button class="icon" part="close" type="button" aria-label=${strings.close} @click=${onClose}>${cross}</button>`
      }
    </div>
    ${
      filtersShown
        ? filtersView(
            box.state.facets,
            box.filters,
            box.state.context,
            strings,
            (name, value) => box.filter(name, value),
            name => box.leaveContext([name]),
          )
        : nothing
    }
    ${headingView(box, items, options)}
    <div
      class="list"
      part="list"
      id="list"
      role="grid"
      tabindex="-1"
      aria-label=${box.query === '' ? offered(box, strings) : strings.results}
      ?hidden=${items.length === 0}
    >
      ${repeat(
        items,
        // A row that is indented, or no longer, is a new one: nothing in it jumps.
        item => item.id + ('follows' in item && item.follows),
        item => itemView(item, box, options),
      )}
    </div>
    ${footView(box, items, options)}
  `
}

/** What the rows of the empty search are. */
const offered = (box: SearchBox, strings: Strings) => (box.hasRecent ? strings.recent : strings.examples)

function itemView(
  item: ListItem,
  box: SearchBox,
  { strings, base, onFollow, onChoose }: PanelViewOptions,
): TemplateResult {
  const activeCell = box.active.cellOf(item.id)
  if ('more' in item) {
    return queryView(item.id, strings.more, { activeCell, part: 'more', onChoose: () => void box.showMore() })
  }
  if ('result' in item) {
    return resultView(item.id, item.result, {
      strings,
      base,
      activeCell,
      list: { modelKnown: box.model.state.phase !== 'none', betterHeld: box.state.betterHeld },
      follows: item.follows,
      place: box.state.byMeaning ? item.place : Infinity,
      explained: box.explained.has(rowKeyOf(item.result)),
      onFollow,
      onExplain: result => box.toggleExplanation(result),
    })
  }
  return queryView(item.id, item.query, {
    activeCell,
    onChoose,
    ...(item.recent ? { forget: { label: strings.forget(item.query), act: query => box.forget(query) } } : {}),
  })
}

/** What stands in place of the list, or above it. */
function headingView(
  box: SearchBox,
  items: ListItem[],
  { strings }: PanelViewOptions,
): TemplateResult | typeof nothing {
  const { phase, results, error, corrected, unanswered, context } = box.state
  if (box.query === '') {
    if (items.length === 0) return nothing
    return html`
      <div class="heading" part="heading">
        <span>${offered(box, strings)}</span>
        <button class="text-button" type="button" ?hidden=${!box.hasRecent} @click=${() => box.forget()}>${strings.clearRecent}</button>
      </div>
    `
  }
  if (results.length > 0) {
    if (corrected === undefined && !unanswered) return nothing
    return html`
      <div class="heading told" part="heading">
        <span dir="auto">${unanswered ? strings.nearest : strings.resultsFor(readable(corrected!))}</span>
        ${
          corrected === undefined
            ? nothing
            : html`<button class="text-button" type="button" dir="auto" @click=${() => box.search(box.state.input, true)}>
                ${strings.searchTyped(readable(box.query))}
              </button>`
        }
      </div>
    `
  }
  switch (phase) {
    case 'stopped':
      return html`
        <div class="message" part="message">
          <p class="error">${strings.indexFailed}</p>
          <p class="hint" dir="auto">${messageOf(error)}</p>
          <button class="text-button" type="button" @click=${() => box.searchAgain()}>${strings.tryAgain}</button>
        </div>
      `
    case 'searching':
      return html`<div class="message" part="message"><p class="hint">${strings.opening}</p></div>`
    case 'reading':
      return html`<div class="message" part="message"><p class="hint">${strings.searchingByMeaning}</p></div>`
    default:
      return html`
        <div class="message" part="message">
          <p dir="auto">${strings.nothing(readable(box.query))}</p>
          <p class="hint">${items.length > 0 ? strings.didYouMean : strings.nothingHint}</p>
          ${
            Object.keys(context).length === 0
              ? nothing
              : html`<button class="text-button" type="button" @click=${() => box.leaveContext()}>${strings.everywhere}</button>`
          }
        </div>
      `
  }
}

/** Stands below the list, so that it moves no row when it appears. */
function footView(box: SearchBox, items: ListItem[], { strings, inline, isPrivate }: PanelViewOptions): TemplateResult {
  const idle = inline ? undefined : isPrivate ? strings.private : ''
  const { text, progress, offer } = noteOf(box.state, box.model.state, strings, idle)
  return html`
    <div class="foot ${text === '' ? 'quiet' : ''}" part="foot" ?hidden=${inline && text === ''}>
      <span class="note" part="note">
        <span dir="auto">${text}</span>
        ${progress === undefined ? nothing : html`<progress .value=${progress} max="1" aria-label=${text}></progress>`}
        ${offer ? offerView(offer, box, strings) : nothing}
      </span>
      ${
        inline
          ? nothing
          : html`<span class="keys" part="keys" aria-hidden="true">
              <span ?hidden=${items.length === 0}><kbd>↑</kbd> <kbd>↓</kbd> ${strings.move}</span>
              <span ?hidden=${items.length === 0}><kbd>↵</kbd> ${strings.choose}</span>
              <span><kbd>Esc</kbd> ${strings.leave}</span>
            </span>`
      }
      <slot name="foot"></slot>
    </div>
  `
}

function offerView(offer: NonNullable<Note['offer']>, box: SearchBox, strings: Strings): TemplateResult {
  const [part, label, act] =
    offer === 'load'
      ? ([
          'load',
          box.model.state.phase === 'failed' ? strings.tryAgain : strings.loadModel,
          () => void box.model.load(),
        ] as const)
      : (['offer', strings.takeOffer, box.showBetterOrder] as const)
  return html`<button class="text-button" part=${part} type="button" @click=${act}>${label}</button>`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error ?? '')
}
