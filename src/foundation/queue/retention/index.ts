export { type AppliedRetention, applyRetention } from './apply.ts';
export { listClasses, type RetentionRule, setClass } from './classes.ts';
export { type Hold, listHolds, releaseHold, setHold } from './holds.ts';
export { makePartitions } from './make-partitions.ts';
export { keepPartitions } from './partition-keeper.ts';
export { type PartitionPlan, planRetention } from './plan.ts';
export type { KeepReason } from './reasons.ts';
