import { css } from 'lit'

/** The button, the dialog and the panel. */
export const dialog = css`
  .open {
    display: inline-flex;
    align-items: center;
    gap: 0.6em;
    min-height: 2.5rem;
    padding: 0 0.9em;
    border: 1px solid var(--_control);
    border-radius: var(--_radius);
    background: var(--_background);
    color: var(--_text);
  }
  .open:hover {
    border-color: var(--_accent);
  }

  dialog {
    width: min(var(--_width), 100vw - 2rem);
    max-width: none;
    height: fit-content;
    max-height: min(48rem, 100dvh - 12vh);
    margin: 8vh auto auto;
    padding: 0;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_background);
    color: var(--_text);
    box-shadow: var(--_shadow);
    overflow: hidden;
  }
  dialog[open] {
    display: flex;
  }
  dialog::backdrop {
    background: var(--_backdrop);
  }
  .panel {
    container: panel / inline-size;
    display: flex;
    flex: 1;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    color: var(--_text);
  }

  .watch {
    display: contents;
  }

  @media (pointer: coarse) {
    .open {
      min-height: 2.75rem;
    }
    .open kbd {
      display: none;
    }
  }
  @media (max-width: 40rem), (max-height: 30rem) {
    dialog {
      /* What a keyboard on the screen leaves of it (visibleHeight.ts). */
      height: var(--_visible-height, 100dvh);
      max-height: none;
      margin-block: 0;
    }
    /* Its height is that of the screen, not of the list: so it can be asked for. */
    :host(:not([inline])) .panel {
      container-type: size;
    }
  }
  @media (max-width: 40rem) {
    dialog {
      width: 100vw;
      margin: 0;
      border: 0;
      border-radius: 0;
    }
  }
`
