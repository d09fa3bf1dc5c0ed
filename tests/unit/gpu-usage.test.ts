// How cards are read, against a program that prints what nvidia-smi prints.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { GpuUsage } from '../../core/app/gpu-usage.node.ts';
import { temporaryFolder } from '../support/training.ts';

test.skipIf(process.platform === 'win32')(
  'the busiest card is told while somebody watches, and nothing after',
  async () => {
    const command = join(temporaryFolder('gpu'), 'cards');
    writeFileSync(command, '#!/bin/sh\nprintf "0, 12, 500\\n1, 87, 20"\nprintf "48\\n2, [N/A], 9\\n"\nexec sleep 60\n');
    chmodSync(command, 0o755);
    const gpu = new GpuUsage(command);
    expect(gpu.latest).toBeNull();
    const [stop, stopOther] = [gpu.watch(), gpu.watch()];
    while (gpu.latest?.share !== 0.87) await sleep(5);
    expect(gpu.latest).toEqual({ share: 0.87, memoryBytes: 2048 * 2 ** 20 });
    stop();
    stop();
    expect(gpu.latest).not.toBeNull();
    stopOther();
    expect(gpu.latest).toBeNull();
  },
);

test('a machine without such cards has none', async () => {
  const gpu = new GpuUsage(join(temporaryFolder('gpu'), 'absent'));
  const stop = gpu.watch();
  await sleep(50);
  expect(gpu.latest).toBeNull();
  stop();
});
