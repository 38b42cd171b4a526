export type { SubmitTick } from './fire-due.ts';
export type { Schedule, SchedulePlan } from './schedule.ts';
export { ScheduleTicker } from './schedule-ticker.ts';
export {
  changeSchedule,
  createSchedule,
  deleteSchedule,
  findSchedule,
  listSchedules,
  noteTriggered,
} from './schedules.ts';
