// Owns which repairs are on offer for which findings.
import { type FindingCode, FINDINGS } from './findings.ts';
import { INVALID_ROW_CHECKS } from './quality-rows.ts';
import { REPAIR_NAMES, type RepairName } from './repairs.ts';

/** Findings that a repair takes care of beside those whose usual repair it is. */
const FURTHER: Partial<Record<RepairName, readonly FindingCode[]>> = {
  'drop-duplicates-keep-first': ['duplicate'],
  'fill-ohl-from-close': ['non-positive-price'],
  'drop-invalid-rows': INVALID_ROW_CHECKS,
};

/** The repairs on offer for a kind of finding, the usual one first. */
export function repairsFor(kind: string): RepairName[] {
  if (!Object.hasOwn(FINDINGS, kind)) return []; // stored by a version that knew other kinds
  const code = kind as FindingCode;
  const usual = FINDINGS[code].repair;
  const further = REPAIR_NAMES.filter((name) => name !== usual && FURTHER[name]?.includes(code));
  return usual === null ? further : [usual, ...further];
}

/** The kinds of finding that a repair answers. */
export function findingsOf(repair: RepairName): FindingCode[] {
  return (Object.keys(FINDINGS) as FindingCode[]).filter((kind) => repairsFor(kind).includes(repair));
}
