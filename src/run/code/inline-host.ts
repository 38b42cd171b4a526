import type { Agent } from '../../contract/agent.ts';
import type { Workflow } from '../../contract/workflow.ts';
import { describeModule } from '../bundle/describe.ts';
import { HostRuntime } from '../host/runtime.ts';
import type { CodeHost } from './code-host.ts';
import { HostClient, type NetworkFetch } from './host-client.ts';

/**
 * Code that runs in the worker's own process, over the same protocol. For measuring the engine without
 * its walls and for tests of it; nothing in a server composes it.
 */
export function createInlineHost(
  definitions: readonly (Agent | Workflow)[],
  networkFetch: NetworkFetch,
): CodeHost {
  const manifest = describeModule({ definitions });
  let runtime: HostRuntime | undefined;
  const client = new HostClient({ manifest, networkFetch, send: (message) => runtime?.receive(message) });
  runtime = new HostRuntime({ definitions, manifest, send: (message) => client.receive(message) });
  return client;
}
