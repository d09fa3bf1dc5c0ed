// Owns finding out what a J-Quants key may have: by asking, since published listings of plans conflict with each other.
import { fromEpochDay } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import {
  ALL_INDICES,
  covers,
  JQUANTS,
  type Offer,
  OFFERS,
  PATHS,
  PLAN_LIMITS,
  type Plan,
  refusalOf,
} from './jquants-api.ts';
import type { JQuantsClient } from './jquants-client.node.ts';
import { tokyoDay } from './jquants-parts.ts';
import type { Entitlement, FetchTable, TableAccess } from './source.ts';

/** Inside of every plan's days: the free one ends 12 weeks back and begins two years before that. */
const DAYS_BACK = 26 * 7;
/** Before every plan's days: the refusal names those that the plan covers. */
const EARLY = '2000-01-04';

/** Answers that tell the plans apart, from the largest: the first that is given names the plan. */
const TELLING: readonly { plan: Plan; table: FetchTable }[] = [
  { plan: 'premium', table: 'dividends' },
  { plan: 'standard', table: 'margin-interest' },
  { plan: 'light', table: 'index-bars' },
];

export interface JQuantsEntitlement extends Entitlement {
  readonly plan: Plan;
  readonly allIndices: boolean;
}

/**
 * At most 4 requests before the plan is known, fewer than the smallest plan allows in a minute; then, for paid plans, one a table.
 * @throws source/no-key, source/key-refused, source/limit, source/unreachable, source/bad-answer, cancelled
 */
export async function probeJQuants(
  client: JQuantsClient,
  now: number,
  signal: AbortSignal,
): Promise<JQuantsEntitlement> {
  const day = fromEpochDay(tokyoDay(now) - DAYS_BACK);
  const window = await coveredDays(client, signal);
  const answers = new Map<FetchTable, Answer>([['bars', 'open']]);
  const ask = async ({ table, path, probe }: Offer): Promise<boolean> => {
    const answer = await askFor(client, path, probe(day), signal);
    answers.set(table, answer);
    return answer === 'open';
  };
  let plan: Plan = 'free';
  for (const telling of TELLING) {
    const offer = OFFERS.find(({ table }) => table === telling.table);
    if (offer === undefined || !(await ask(offer))) continue;
    plan = telling.plan;
    break;
  }
  client.setLimit(PLAN_LIMITS[plan]);
  // Asking for the rest would take the free plan another two minutes: what is published holds there.
  let allIndices = false;
  if (plan !== 'free') {
    allIndices = (await askFor(client, ALL_INDICES.path, ALL_INDICES.probe(day), signal)) === 'open';
    for (const offer of OFFERS) if (!answers.has(offer.table)) await ask(offer);
  }
  const accessOf = ({ table, plan: least }: Offer): TableAccess => {
    const answer = answers.get(table) ?? (covers(plan, least) ? 'open' : 'plan');
    return answer === 'open' ? { open: true, ...window } : { open: false, reason: answer };
  };
  return {
    plan,
    allIndices,
    tables: Object.fromEntries(OFFERS.map((offer) => [offer.table, accessOf(offer)])),
    requestsPerMinute: PLAN_LIMITS[plan],
    probedAt: now,
  };
}

/** The days that the plan covers, as its refusal of an early one names them; open where the early one is not refused. */
async function coveredDays(
  client: JQuantsClient,
  signal: AbortSignal,
): Promise<{ from: number | null; to: number | null }> {
  const asked = await client.ask(PATHS.bars, { date: EARLY }, signal);
  if (asked.ok) return { from: null, to: null };
  const refusal = refusalOf(asked.status, asked.message);
  if (refusal.kind === 'days') return { from: refusal.from, to: refusal.to };
  // Every plan has daily bars: a key that may not have them is none.
  if (refusal.kind === 'plan')
    throw new AppError('source/key-refused', { source: JQUANTS, status: asked.status, message: asked.message });
  return { from: null, to: null };
}

/** Open, outside of the plan, or refused for a reason that no plan would change. */
type Answer = 'open' | 'plan' | 'not-offered';

async function askFor(
  client: JQuantsClient,
  path: string,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer> {
  const asked = await client.ask(path, query, signal);
  if (asked.ok) return 'open';
  const { kind } = refusalOf(asked.status, asked.message);
  // Days are refused only where the table itself is not.
  return kind === 'days' ? 'open' : kind === 'plan' ? 'plan' : 'not-offered';
}
