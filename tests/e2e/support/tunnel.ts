// Owns a way to a host that can be cut, as an ssh tunnel that falls or a cable that is pulled.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Tunnel {
  readonly port: number;
  /** Nothing gets through, and what was open is lost. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

/** @param port of the host */
export async function openTunnel(port: number): Promise<Tunnel> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    }
    near.pipe(far).pipe(near);
  });
  const listen = (wanted: number) => new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve));
  const cut = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  await listen(0);
  const { port: own } = server.address() as AddressInfo;
  return { port: own, cut, mend: () => listen(own), close: cut };
}
