import { css } from 'lit'

const dark = css`
  --_accent: var(--mvp-search-accent, #8ab8ff);
  --_text: var(--mvp-search-text, #e6e9f0);
  --_muted: var(--mvp-search-muted, #a2abba);
  --_background: var(--mvp-search-background, #171a21);
  --_surface: var(--mvp-search-surface, #222732);
  --_border: var(--mvp-search-border, #343b49);
  --_control: var(--mvp-search-control, #747d8e);
  --_sentence: var(--mvp-search-sentence, #4a3d10);
  --_danger: var(--mvp-search-danger, #ff9d94);
  --_backdrop: var(--mvp-search-backdrop, rgb(0 0 0 / 0.62));
  --_shadow: var(--mvp-search-shadow, 0 24px 64px rgb(0 0 0 / 0.6));
  color-scheme: dark;
`

/**
 * Colours and sizes. A page sets each by its `--mvp-search-…`; the element's styles use only the short names. Their `_`
 * keeps them apart from the page's own: `mvp-search { --mvp-search-accent: var(--accent) }` sets both on one element.
 */
export const tokens = css`
  :host {
    --_accent: var(--mvp-search-accent, #1d5fc4);
    --_text: var(--mvp-search-text, #1b1f27);
    --_muted: var(--mvp-search-muted, #586070);
    --_background: var(--mvp-search-background, #ffffff);
    --_surface: var(--mvp-search-surface, #f1f4f9);
    --_border: var(--mvp-search-border, #d6dbe4);
    --_control: var(--mvp-search-control, #858d9c);
    --_sentence: var(--mvp-search-sentence, #fff0bd);
    --_danger: var(--mvp-search-danger, #a8271f);
    --_backdrop: var(--mvp-search-backdrop, rgb(20 24 34 / 0.5));
    --_shadow: var(--mvp-search-shadow, 0 24px 64px rgb(10 15 30 / 0.28), 0 2px 8px rgb(10 15 30 / 0.12));
    --_radius: var(--mvp-search-radius, 12px);
    --_font: var(--mvp-search-font, system-ui, sans-serif);
    --_width: var(--mvp-search-width, 46rem);
    color-scheme: light;
    font-family: var(--_font);
    font-size: var(--mvp-search-font-size, 1rem);
    line-height: 1.45;
    text-align: start;
  }

  @media (prefers-color-scheme: dark) {
    :host(:not([theme='light'])) {
      ${dark}
    }
  }

  :host([theme='dark']) {
    ${dark}
  }
`
