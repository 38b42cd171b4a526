import type { BundleManifest, DefinitionManifest } from '../../contract/manifest.ts';
import type { CodeHost } from '../code/code-host.ts';
import { createChatHost } from './chat-host.ts';
import { DIRECT, DIRECT_VERSION } from './direct.ts';

/** Versions whose manifests are kept at most; a version never changes. */
const KEPT = 200;

/** The host of the chats of one version. */
export type ChatHosts = (tenant: string, version: string) => Promise<CodeHost>;

/**
 * Hosts for chats, which take from a bundle its declarations only: no process is started for them.
 *
 * @param manifestOf throws a BulkheadError `unknown_version`
 */
export function createChatHosts(
  manifestOf: (tenant: string, version: string) => Promise<BundleManifest>,
): ChatHosts {
  const direct = createChatHost({ format: 1, definitions: [DIRECT] });
  const hosts = new Map<string, Promise<CodeHost>>();
  return (tenant, version) => {
    if (version === DIRECT_VERSION) return Promise.resolve(direct);
    const key = `${tenant}/${version}`;
    const known = hosts.get(key);
    if (known !== undefined) return known;
    const host = manifestOf(tenant, version).then(({ definitions, ...manifest }) =>
      createChatHost({ ...manifest, definitions: definitions.map(ofChat) }),
    );
    const [oldest] = hosts.keys();
    if (hosts.size >= KEPT && oldest !== undefined) hosts.delete(oldest);
    hosts.set(key, host);
    host.catch(() => hosts.delete(key));
    return host;
  };
}

/**
 * The definition as a chat has it: its client offers and calls the tools, waits for no batch, and is told at once when
 * no model can answer, unless the definition itself says what is to be done then.
 */
function ofChat(definition: DefinitionManifest): DefinitionManifest {
  const onOutage = definition.onOutage ?? 'fail';
  return { ...definition, tools: [], toolApproval: {}, onOutage, batch: false };
}
