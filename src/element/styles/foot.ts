import { css } from 'lit'

/**
 * The foot where no keys are named. Without a note it would be an empty bar, so it shows only what the page puts into
 * its slot.
 */
const bare = css`
  .keys {
    display: none;
  }
  .foot.quiet {
    min-height: 0;
    padding-block: 0;
    border: 0;
  }
`

/** The line below the list. */
export const foot = css`
  .foot {
    display: flex;
    flex: none;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 1rem;
    min-height: 2.75rem;
    padding: 0.25rem 1.125rem;
    border-top: 1px solid var(--_border);
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  :host([inline]) .foot {
    position: sticky;
    bottom: 0;
    padding-inline: 0.25rem;
    background: var(--_background);
  }
  .quiet ::slotted(*) {
    padding-block: 0.5rem;
  }
  .note {
    display: flex;
    flex: 1 1 12rem;
    align-items: center;
    gap: 0.5rem;
    min-width: 0;
    font-variant-numeric: tabular-nums;
  }
  .note .text-button {
    flex: none;
    min-height: 2rem;
    font-size: inherit;
  }
  progress {
    width: 4.5rem;
    height: 0.375rem;
    border: 0;
    border-radius: 1rem;
    background: var(--_border);
    accent-color: var(--_accent);
    appearance: none;
    overflow: hidden;
  }
  progress::-webkit-progress-bar {
    background: var(--_border);
  }
  progress::-webkit-progress-value {
    background: var(--_accent);
  }
  progress::-moz-progress-bar {
    background: var(--_accent);
  }
  .keys {
    display: flex;
    gap: 0.875rem;
  }

  @media (pointer: coarse) {
    ${bare}
    .note .text-button {
      min-height: 2.75rem;
    }
  }
  @media (max-height: 30rem) {
    .foot {
      min-height: 2.25rem;
      padding-block: 0;
    }
  }
  @container panel (max-width: 36rem) {
    ${bare}
    .foot {
      min-height: 2.25rem;
      padding-inline: 0.75rem;
    }
  }
`
