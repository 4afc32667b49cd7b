import { corpusPath, fetchCorpus } from '../search/corpus.js'
import { createLexicalIndex, type LexicalIndex } from '../search/lexicalIndex.js'
import { otherModel, readField, writeFields } from './address.js'
import { createDevicePage } from './devicePage.js'
import { Engine } from './engine.js'
import { createEnginePill, savesData } from './enginePill.js'
import { showLicences } from './licences.js'
import { Offline } from './offline.js'
import { createOwnView } from './ownView.js'
import { createPages } from './pages.js'
import { createSearchView } from './searchView.js'
import { afterPause } from './settle.js'
import { askToPersist, createStorageCard } from './storageCard.js'
import { type Candidate, createViewsPage } from './viewsPage.js'

const engine = new Engine(otherModel())
const offline = new Offline()
createEnginePill(engine)
createDevicePage(engine)
const storage = createStorageCard(offline)

let index: LexicalIndex | undefined
let indexed: () => void
const ready = new Promise<void>(resolve => {
  indexed = resolve
})

const writeAddress = afterPause(600, () => writeFields({ q: searchView.query }))
const searchView = createSearchView(engine, () => writeAddress())
const ownView = createOwnView(engine)
const viewsPage = createViewsPage(engine, candidatesOf)
createPages(page => {
  searchView.shown(page === 'search')
  ownView.shown(page === 'passages')
  viewsPage.shown(page === 'views')
  if (page === 'device') void storage.refresh()
})

searchView.search(readField('q') ?? '')
void loadDocumentation()
void start()

/** First the service worker, small as it is: what the model's worker fetches can then be kept. */
async function start(): Promise<void> {
  await offline.start(new URL('service-worker.js', document.baseURI))
  if (!savesData()) await engine.load()
}

engine.watch(({ phase }) => {
  if (phase !== 'ready') return
  void storage.refresh()
  void askToPersist()
})

async function candidatesOf(query: string, most: number): Promise<Candidate[]> {
  await ready
  return index!.search(query, most).map(({ section, score }) => ({
    title: section.path.join(' › '),
    text: section.text,
    firstStageScore: score,
  }))
}

async function loadDocumentation(): Promise<void> {
  try {
    const corpus = await fetchCorpus(import.meta.env.BASE_URL + corpusPath)
    showLicences(corpus.packages)
    index = await createLexicalIndex(corpus.sections)
    indexed()
    searchView.ready(index, corpus.sections.length)
  } catch (error) {
    searchView.failed(error, () => void loadDocumentation())
  }
}
