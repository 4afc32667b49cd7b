import type { ServiceWorkerScope } from '../src/offline/scope.js'
import { serveSite } from '../src/offline/serveSite.js'
import type { OfflineOptions } from '../src/offline/siteFiles.js'

const scope = self as unknown as ServiceWorkerScope & { mvpRerank?: OfflineOptions }
serveSite(scope, scope.mvpRerank ?? {})
