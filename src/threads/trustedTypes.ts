interface Policy {
  createScriptURL(url: string): string
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): Policy
}

let current: string | undefined
let policy: Policy | undefined

/**
 * A worker's address as pages with Trusted Types ask for it: from the policy `mvp-rerank`, which lets nothing else
 * through. Elsewhere the address as it is.
 */
export function trustedWorkerUrl(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory }
  if (!trustedTypes) return url
  current = url
  try {
    policy ??= trustedTypes.createPolicy('mvp-rerank', { createScriptURL: onlyCurrent })
    return policy.createScriptURL(url)
  } catch {
    // The page names its policies and not this one, or has it from another copy of the library; it may still take plain
    // addresses.
    return url
  } finally {
    current = undefined
  }
}

function onlyCurrent(url: string): string {
  if (url !== current) throw new TypeError('Not the address of the worker.')
  return url
}
