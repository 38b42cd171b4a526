export { readUsage, USAGE_BY, type UsageBy, type UsageSum } from './read-usage.ts';
