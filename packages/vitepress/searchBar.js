import settings from 'virtual:mvp-rerank'
import { BUILD_FIRST, followByRouter, loadElement, versionOf } from 'mvp-rerank-site/page'
import { useData, useRouter } from 'vitepress'
import { computed, defineComponent, h, onMounted, onUnmounted, ref } from 'vue'
import './searchBar.css'

const { attributes, versions, isReady } = settings

/** Stands in the place of the default theme's component of this name. */
export default defineComponent({
  name: 'VPNavBarSearch',
  setup() {
    const { isDark, page, site } = useData()
    const router = useRouter()
    const element = ref()
    const version = computed(() => versionOf(page.value.relativePath, versions))
    let stop = () => {}
    onMounted(() => {
      if (!isReady) return
      loadElement(site.value.base)
      stop = followByRouter(element.value, url => {
        if (!url.pathname.startsWith(site.value.base)) return false
        void router.go(url.href.slice(url.origin.length))
        return true
      })
    })
    onUnmounted(() => stop())
    return () =>
      h('div', { class: 'VPNavBarSearch' }, [
        isReady
          ? h('mvp-search', {
              ...attributes,
              ref: element,
              // Without versions, the pages' own meta tags say them.
              ...(Object.keys(versions).length === 0 ? {} : { version: version.value }),
              theme: isDark.value ? 'dark' : 'light',
            })
          : h('span', { class: 'mvp-search-missing' }, BUILD_FIRST),
      ])
  },
})
