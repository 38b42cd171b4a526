export { createTenant } from './create-tenant.ts';
export { type DataKey, dataKeyFrom } from './data-key.ts';
export { KeyRing, type NewDataKey, type WrappedKeys } from './key-ring.ts';
export { loadMasterKey } from './master-key.ts';
export { newMasterKeyProof, proveMasterKey } from './master-key-proof.ts';
export { wrappedKeysBehindWall, wrappedKeysOf } from './wrapped-keys.ts';
