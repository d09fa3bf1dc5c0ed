import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { runProgram, sizeOf } from '../../../main/node/scripts/fetching.ts';

test('the size of a download is told before it starts, and a server out of reach is named', async () => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/gone' ? 404 : 200, { 'content-length': 1234 }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await sizeOf(`${url}/file`)).toBe(1234);
  await expect(sizeOf(`${url}/gone`)).rejects.toMatchObject({
    code: 'resource/download-refused',
    params: { status: 404 },
  });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await expect(sizeOf(url)).rejects.toMatchObject({ code: 'resource/offline', params: { url } });
});

test('a program that fails is named with its code', async () => {
  await runProgram(process.execPath, ['-e', '']);
  await expect(runProgram(process.execPath, ['-e', 'process.exit(3)'])).rejects.toMatchObject({
    code: 'resource/download-failed',
    params: { code: 3 },
  });
});
