// Owns how a stored finding is shown: with the repairs on offer for it.
import type { Finding } from '../contract/entities.ts';
import type { FindingView } from '../contract/views/datasets.ts';
import { repairsFor } from '../data/repair-offers.ts';

export const findingView = (finding: Finding): FindingView => ({ ...finding, offers: repairsFor(finding.kind) });
