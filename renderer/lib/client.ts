// Owns the one connection of this window to its host.
import { inject, type App, type InjectionKey } from 'vue';
import { createHostClient, type HostClient } from './host-client.ts';
import { overMessagePort, overWebSocket } from './transport.ts';

const KEY: InjectionKey<HostClient> = Symbol('host client');

/** Over a WebSocket where the page came by HTTP, else over the port that the desktop announces. */
export function openClient(target: Window): HostClient {
  const { protocol, origin } = target.location;
  return createHostClient(protocol.startsWith('http') ? overWebSocket(origin) : overMessagePort(target));
}

export function provideClient(app: App, client: HostClient): void {
  app.provide(KEY, client);
}

/** The connection to the host; within a component's setup. */
export function useClient(): HostClient {
  const client = inject(KEY);
  if (!client) throw new Error('no client was provided');
  return client;
}
