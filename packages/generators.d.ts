/** What the plugins use of the generators, which are not installed here. */

declare module 'virtual:mvp-rerank' {
  const settings: {
    attributes: Record<string, string>
    base: string
    versions: Record<string, string>
    isReady: boolean
  }
  export default settings
}

declare module 'vitepress' {
  type Head = [string, Record<string, string>]
  interface PageContext {
    page: string
    pageData: { relativePath: string; frontmatter: Record<string, unknown> }
  }
  export interface SiteConfig {
    root: string
    outDir: string
    cleanUrls: boolean
    site: { base: string; themeConfig?: { search?: unknown } }
    logger: { info(line: string): void; warn(line: string): void }
    transformHead?: (context: PageContext) => Head[] | undefined | Promise<Head[] | undefined>
    buildEnd?: (site: SiteConfig) => void | Promise<void>
  }
  interface Ref<T> {
    value: T
  }
  export function useData(): {
    isDark: Ref<boolean>
    page: Ref<{ relativePath: string }>
    site: Ref<{ base: string }>
  }
  export function useRouter(): { go(href: string): Promise<void> }
}

declare module 'vue' {
  export function computed<T>(get: () => T): { value: T }
  export function defineComponent(component: { name: string; setup(): () => unknown }): unknown
  export function h(tag: string, props: object, children?: unknown): unknown
  export function onMounted(run: () => void): void
  export function onUnmounted(run: () => void): void
  export function ref(): { value: HTMLElement & { close(): void } }
}

declare module 'react' {
  export interface RefObject<T> {
    current: T
  }
  export function createElement(tag: string, props: object, ...children: unknown[]): unknown
  export function useCallback<T>(callback: T, depends: unknown[]): T
  export function useEffect(effect: () => (() => void) | undefined, depends: unknown[]): void
  export function useRef<T>(value: T): RefObject<T>
}

declare module '@docusaurus/types' {
  export interface RouteConfig {
    path: string
    component: string
    routes?: RouteConfig[]
  }
  export interface LoadContext {
    siteDir: string
    outDir: string
    baseUrl: string
    i18n: { currentLocale: string; defaultLocale: string; locales: string[] }
    siteConfig: { trailingSlash?: boolean }
  }
  export interface Plugin {
    name: string
    getThemePath(): string
    contentLoaded(args: { actions: { setGlobalData(data: object): void } }): Promise<void>
    configureWebpack(): object
    postBuild(props: { routes: RouteConfig[]; baseUrl: string }): Promise<void>
  }
}
declare module '@docusaurus/router' {
  export function useHistory(): { push(path: string): void }
}
declare module '@docusaurus/theme-common' {
  export function useColorMode(): { colorMode: 'light' | 'dark' }
  export function useContextualSearchFilters(): { tags: string[] }
}
declare module '@docusaurus/plugin-content-docs/client' {
  export function useAllDocsData(): Record<string, unknown>
}
declare module '@docusaurus/useDocusaurusContext' {
  export default function useDocusaurusContext(): {
    i18n: { currentLocale: string; locales: string[] }
    siteConfig: { baseUrl: string }
  }
}
declare module '@docusaurus/useGlobalData' {
  export function usePluginData(name: string): {
    attributes: Record<string, string>
    base: string
    isReady: boolean
  }
}

declare module 'astro' {
  interface Logger {
    info(line: string): void
    warn(line: string): void
  }
  export interface AstroIntegration {
    name: string
    hooks: {
      'astro:config:setup'(setup: {
        config: { root: URL; base: string; build: { format: string } }
        command: string
        updateConfig(config: object): void
      }): void
      'astro:server:setup'(setup: { server: import('vite').ViteDevServer }): void
      'astro:build:done'(done: { dir: URL; logger: Logger }): Promise<void>
    }
  }
}

declare module '@astrojs/starlight/types' {
  export interface StarlightPlugin {
    name: string
    hooks: {
      'config:setup'(setup: {
        config: { components?: Record<string, string> }
        updateConfig(config: object): void
        addIntegration(integration: import('astro').AstroIntegration): void
        addRouteMiddleware(middleware: { entrypoint: string }): void
        logger: { warn(line: string): void }
      }): void
    }
  }
}
declare module '*.css'
