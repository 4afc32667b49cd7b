import type { Table } from '../hosts/table.js'

/** Its columns are the titles of a generator's tests. */
export const generatorsTable: Table = {
  name: 'generators',
  columns: ['before a build', 'find and follow', 'another language', 'another version', 'served in development'],
}
