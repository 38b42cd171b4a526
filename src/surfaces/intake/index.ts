export { readIntakeConfig } from './config/read-config.ts';
export { startIntake } from './start-intake.ts';
