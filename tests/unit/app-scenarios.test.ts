// The thread of scenarios from outside: errors come across as they were thrown, and what nobody waits for is left out.
import { expect, test } from 'vitest';
import { Scenarios } from '../../core/app/scenarios.node.ts';

const nowhere = { folder: '/nowhere/backtest', costs: {} };

test('an error of the thread arrives as it was thrown, and the thread answers on', async () => {
  const scenarios = new Scenarios();
  for (let turn = 0; turn < 2; turn++)
    await expect(scenarios.run(nowhere)).rejects.toMatchObject({
      code: 'data/damaged-backtest',
      params: { file: '/nowhere/backtest/backtest.json' },
    });
});

test('a request that was dropped before its turn is not computed', async () => {
  const scenarios = new Scenarios();
  const dropped = new AbortController();
  const first = scenarios.run(nowhere);
  const second = scenarios.run(nowhere, dropped.signal);
  dropped.abort();
  await expect(first).rejects.toMatchObject({ code: 'data/damaged-backtest' });
  await expect(second).rejects.toMatchObject({ code: 'cancelled' });
});
