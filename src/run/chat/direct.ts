import { hash } from 'node:crypto';
import { DIRECT_NAME } from '../../contract/agent.ts';
import { DEFAULT_BUDGET } from '../../contract/budget.ts';
import { canonicalJson } from '../../contract/json.ts';
import type { DefinitionManifest } from '../../contract/manifest.ts';

const described: Omit<DefinitionManifest, 'hash'> = {
  kind: 'agent',
  name: DIRECT_NAME,
  description: 'Model calls that name no agent.',
  model: null,
  effects: [],
  tools: [],
  toolApproval: {},
  budget: DEFAULT_BUDGET,
  // Somebody waits at the other end of a connection, who can ask again.
  onOutage: 'fail',
};

/** Under whose limits a chat runs that names no agent. Its model is the one that the request names. */
export const DIRECT: DefinitionManifest = {
  ...described,
  batch: false,
  hash: hash('sha256', canonicalJson(described), 'hex'),
};

/** What chats without an agent are pinned to: there is no bundle behind it. */
export const DIRECT_VERSION = DIRECT.hash;
