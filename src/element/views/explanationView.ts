import { html, type TemplateResult } from 'lit'
import type { Explanation } from '../explanation.js'

/** A sentence, and the figures behind it, folded. The bars are only drawn. Text beside them says the same. */
export function explanationView({ plain, summary, groups }: Explanation, figures: string): TemplateResult {
  return html`
    <p>${plain}</p>
    <details part="figures"><summary>${figures}</summary>
    <p>${summary.join(' ')}</p>
    <div class="groups">
      ${groups.map(
        ({ title, bars }) => html`
          <section>
            <p class="group">${title}</p>
            ${bars.map(
              ({ label, value, text }) => html`
                <div class="bar" part="bar">
                  <span dir="auto">${label}</span><span class="value">${text}</span>
                  <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="whole" width="100" height="6" />
                    <rect class="part" width=${Math.max(1, 100 * value)} height="6" />
                  </svg>
                </div>
              `,
            )}
          </section>
        `,
      )}
    </div></details>
  `
}
