export { agent, checkAgent } from './agent.ts';
export { type NetworkRule, type ParsedNetworkEntry, parseNetworkEntry } from './network-entry.ts';
export { tool } from './tool.ts';
export { checkWorkflow, workflow } from './workflow.ts';
