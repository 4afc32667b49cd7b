import type { SiteSearch } from '../src/index.js'
import { otherModel } from './address.js'
import { DemoEngine } from './demoEngine.js'
import { createDevicePage } from './devicePage.js'
import { byId } from './dom.js'
import { createEnginePill, savesData } from './enginePill.js'
import { showFailure } from './failure.js'
import { createForgetButton } from './forgetButton.js'
import { showLicences } from './licences.js'
import { Offline } from './offline.js'
import { createPages } from './pages.js'
import { createPassagesPage } from './passagesPage.js'
import type { RankingPage } from './rankingPage.js'
import { createSearchPage } from './searchPage.js'
import { askToPersistWhenUsed, createStorageCard } from './storageCard.js'
import { createViewsPage } from './viewsPage.js'
import { whenSeen } from './whenSeen.js'

const engine = new DemoEngine(otherModel())
const offline = new Offline()
createEnginePill(engine)
createDevicePage(engine)
const storage = createStorageCard(offline)
const documentation = new Promise<SiteSearch>(opened => void openDocumentation(opened))
createSearchPage(engine, documentation)
whenSeen(byId('story', HTMLElement), async () => {
  const { showBeforeAfter } = await import('./beforeAfter.js')
  showBeforeAfter(engine, documentation)
})
const showPassages = whenFirstShown(() => createPassagesPage(engine))
const showViews = whenFirstShown(() => createViewsPage(engine, documentation))
createPages(page => {
  showPassages(page === 'passages')
  showViews(page === 'views')
  if (page === 'device') void storage.refresh()
})
engine.watch(({ phase }) => {
  if (phase === 'ready') void storage.refresh()
})
askToPersistWhenUsed(engine)
createForgetButton()
void start()

/** A page that is not shown at first costs nothing until it is. */
function whenFirstShown(create: () => RankingPage): RankingPage['setVisible'] {
  let page: RankingPage | undefined
  return visible => {
    if (visible) page ??= create()
    page?.setVisible(visible)
  }
}

/** Starts the small service worker first, so that it can keep what the model's worker fetches. */
async function start(): Promise<void> {
  await offline.start(new URL('service-worker.js', document.baseURI))
  if (!savesData()) await engine.load()
}

async function openDocumentation(opened: (search: SiteSearch) => void): Promise<void> {
  const place = byId('search-error', HTMLElement)
  place.replaceChildren()
  try {
    const { openSearch } = await import('../src/index.js')
    const search = await openSearch({ src: 'search/' })
    showLicences(search.info.credits)
    opened(search)
  } catch (error) {
    const retry = () => void openDocumentation(opened)
    showFailure(place, 'There is nothing to search yet.', error, [{ label: 'Try again', act: retry }])
  }
}
