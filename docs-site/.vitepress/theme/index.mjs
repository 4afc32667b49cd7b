import { useData, withBase } from 'vitepress'
import DefaultTheme from 'vitepress/theme'
import { h } from 'vue'
import './search.css'

/** VitePress' default theme, with the project's own search box in the navigation. */
export default {
  extends: DefaultTheme,
  Layout() {
    const { isDark } = useData()
    return h(DefaultTheme.Layout, null, {
      'nav-bar-content-before': () =>
        h('mvp-search', {
          src: withBase('/search/'),
          model: withBase('/models/mvp-mini/'),
          theme: isDark.value ? 'dark' : 'light',
          placeholder: 'How do I …',
        }),
    })
  },
}
