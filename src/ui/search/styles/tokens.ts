import { css } from 'lit'

const dark = css`
  --accent: var(--mvp-search-accent, #8ab8ff);
  --text: var(--mvp-search-text, #e6e9f0);
  --muted: var(--mvp-search-muted, #a2abba);
  --background: var(--mvp-search-background, #171a21);
  --surface: var(--mvp-search-surface, #222732);
  --border: var(--mvp-search-border, #343b49);
  --control: var(--mvp-search-control, #747d8e);
  --sentence: var(--mvp-search-sentence, #4a3d10);
  --danger: var(--mvp-search-danger, #ff9d94);
  --backdrop: var(--mvp-search-backdrop, rgb(0 0 0 / 0.62));
  --shadow: var(--mvp-search-shadow, 0 24px 64px rgb(0 0 0 / 0.6));
  color-scheme: dark;
`

/** Colours and sizes. Each can be set from outside by its `--mvp-search-…`; inside, only the short names are used. */
export const tokens = css`
  :host {
    --accent: var(--mvp-search-accent, #1d5fc4);
    --text: var(--mvp-search-text, #1b1f27);
    --muted: var(--mvp-search-muted, #586070);
    --background: var(--mvp-search-background, #ffffff);
    --surface: var(--mvp-search-surface, #f1f4f9);
    --border: var(--mvp-search-border, #d6dbe4);
    --control: var(--mvp-search-control, #858d9c);
    --sentence: var(--mvp-search-sentence, #fff0bd);
    --danger: var(--mvp-search-danger, #a8271f);
    --backdrop: var(--mvp-search-backdrop, rgb(20 24 34 / 0.5));
    --shadow: var(--mvp-search-shadow, 0 24px 64px rgb(10 15 30 / 0.28), 0 2px 8px rgb(10 15 30 / 0.12));
    --radius: var(--mvp-search-radius, 12px);
    --font: var(--mvp-search-font, system-ui, sans-serif);
    --width: var(--mvp-search-width, 46rem);
    color-scheme: light;
    font-family: var(--font);
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
