interface Policy {
  createScriptURL(url: string): string
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): Policy
}

let current: string | undefined
let policy: Policy | undefined

/**
 * On pages with Trusted Types: the worker's address from the policy `mvp-rerank`, which accepts no other address.
 * Elsewhere the address itself.
 */
export function trustedWorkerUrl(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory }
  if (!trustedTypes) return url
  current = url
  try {
    policy ??= trustedTypes.createPolicy('mvp-rerank', { createScriptURL: onlyCurrent })
    return policy.createScriptURL(url)
  } catch {
    // The page does not allow this policy, or another copy of the library has made it. Plain addresses may still work.
    return url
  } finally {
    current = undefined
  }
}

function onlyCurrent(url: string): string {
  if (url !== current) throw new TypeError('Not the address of the worker.')
  return url
}
