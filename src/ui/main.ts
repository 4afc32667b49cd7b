import { corpusPath, fetchCorpus } from '../search/corpus.js'
import { createLexicalIndex } from '../search/lexicalIndex.js'
import { byId } from './element.js'
import { Engine } from './engine.js'
import { createEnginePanel } from './enginePanel.js'
import { showLicences } from './licences.js'
import { createOwnView } from './ownView.js'
import { createSearchView } from './searchView.js'
import { afterPause } from './settle.js'
import { createTabs } from './tabs.js'

/**
 * The page's address keeps its fields after the `#`, which browsers do not send to the server: `q` the query, `tab` the tab, `model` another
 * model's folder on this server.
 */
const address = new URLSearchParams(location.hash.slice(1))

const engine = new Engine(otherModel())
const panel = createEnginePanel(engine)
const writeAddress = afterPause(600, () => {
  const fields = new URLSearchParams()
  const model = address.get('model')
  if (model !== null) fields.set('model', model)
  if (searchView.query !== '') fields.set('q', searchView.query)
  if (!byId('panel-own', HTMLElement).hidden) fields.set('tab', 'own')
  history.replaceState(null, '', fields.size > 0 ? `#${fields}` : location.pathname + location.search)
})
const searchView = createSearchView(engine, { query: () => writeAddress(), ranked: panel.ranked })
const ownView = createOwnView(engine)
const tabs = createTabs(document.querySelector<HTMLElement>('[role=tablist]')!, shown => {
  searchView.shown(shown.id === 'panel-search')
  ownView.shown(shown.id === 'panel-own')
  writeAddress()
})

searchView.search(address.get('q') ?? '')
if (address.get('tab') === 'own') tabs.select('panel-own')
void loadDocumentation()
if (!savesData()) void engine.load()

async function loadDocumentation(): Promise<void> {
  try {
    const corpus = await fetchCorpus(import.meta.env.BASE_URL + corpusPath)
    showLicences(corpus.packages)
    searchView.ready(await createLexicalIndex(corpus.sections), corpus.sections.length)
  } catch (error) {
    searchView.failed(error, () => void loadDocumentation())
  }
}

/** A link to this page must not make it load a model from elsewhere. */
function otherModel(): string | undefined {
  const url = address.get('model')
  if (url === null) return undefined
  return new URL(url, document.baseURI).origin === location.origin ? url : undefined
}

/** Who asked the browser to save data is asked before the model is downloaded. */
function savesData(): boolean {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } }
  return connection?.saveData === true
}
