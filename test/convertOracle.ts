import { type ConversionOptions, type ConversionReport, convert } from '../models/convert/convert.js'
import {
  isAlone,
  isCrossEncoder,
  type OracleName,
  oracleFolder,
  readCrossEncoder,
  readOracle,
} from '../models/oracles/read.js'

/** Converts an oracle's checkpoint with the number of views and the prompt length that the oracle was computed with. */
export function convertOracle(name: OracleName, options: ConversionOptions): Promise<ConversionReport> {
  if (name === 'embedder-bert') return convert(oracleFolder(name), { dimensions: 16, ...options })
  if (isCrossEncoder(name)) {
    const { answers, maxLength } = readCrossEncoder(name)
    return convert(oracleFolder(name), answers ? { answers, maxLength, ...options } : options)
  }
  if (isAlone(name)) return convert(oracleFolder(name), options)
  const { views, maxLength } = readOracle(name)
  return convert(oracleFolder(name), { views, maxLength, ...options })
}
