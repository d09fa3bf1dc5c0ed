// Owns the calls on sources of data: keys, what they entitle to, what a download costs, starting it, and bringing a dataset up to date.
// A download is a job: jobs.events tells how far each table is ("fetch: statements"), jobs.cancel stops it, jobs.retry goes on where it
// stopped. What is complete on disk is never asked for again. The files are read in; nothing else leaves this machine but requests that
// network.list shows.
import { z } from 'zod';
import { nameSchema } from '../names.ts';
import {
  entitlementSchema,
  fetchPlanSchema,
  fetchTableSchema,
  instrumentSchema,
  sourceSchema,
} from '../views/sources.ts';
import { MOST, none, reference, started, whole } from './common.ts';

const source = z.string().min(1);
const day = z.iso.date('write a day as 2024-01-31');
const options = z.record(z.string(), z.string()).default({});

const request = {
  source,
  tables: z.array(fetchTableSchema).min(1, 'name at least one table'),
  /** As sources.instruments names them; absent for all. */
  codes: z.array(z.string().min(1)).min(1, 'name at least one code').optional(),
  from: day,
  /** Today unless given. */
  to: day.optional(),
  /** What only this source asks for; see its `options`. */
  options,
};

export const sourceCalls = {
  /** Asks nothing of any source. */
  'sources.list': { input: none, output: z.array(sourceSchema) },
  /** Keeps the user's key outside of the workspace, in place of the one before. Not checked: sources.probe does that. */
  'sources.setKey': { input: z.object({ source, key: z.string() }), output: z.null() },
  'sources.removeKey': { input: z.object({ source }), output: z.null() },
  /** Asks the source what the key may have: a handful of requests. */
  'sources.probe': { input: z.object({ source, options }), output: entitlementSchema },
  /** What the source has, those whose code or name contains the text. Asks the source. */
  'sources.instruments': {
    input: z.object({ source, options, search: z.string().default(''), limit: whole(1, MOST).default(200) }),
    output: z.array(instrumentSchema),
  },
  /** What a download would fetch and cost. Asks the source for its calendar, and for the plan where that is not known. */
  'sources.plan': { input: z.object(request), output: fetchPlanSchema },
  /** Fetches and imports as the dataset's next version; the same as runs already where one does. */
  'sources.fetch': {
    input: z.object({
      ...request,
      dataset: nameSchema,
      /** Names of repair rules to apply; none unless named. */
      repairs: z.array(z.string()).default([]),
    }),
    output: started,
  },
  /** Fetches again what a dataset was last fetched by, up to today: only what is missing is asked for. */
  'sources.update': { input: z.object({ dataset: reference }), output: started },
  /** What an update would fetch and cost; starts nothing. */
  'sources.planUpdate': { input: z.object({ dataset: reference }), output: fetchPlanSchema },
};
