import { createReranker, openSearch } from '/dist/index.js'

const violations = []
document.addEventListener('securitypolicyviolation', event =>
  violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`),
)
window.library = { createReranker, openSearch }
window.violations = violations
