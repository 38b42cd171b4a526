export { bundleVersion } from './bundle-version.ts';
export { type Deployment, findDeployment, listDeployments } from './deployments.ts';
export { clearKillSwitch, listKillSwitches, type SetKillSwitch, setKillSwitch } from './kill-switches.ts';
export { loadBundle, loadManifest } from './load-bundle.ts';
export { type NewBundle, type RegisteredBundle, registerBundle } from './register-bundle.ts';
