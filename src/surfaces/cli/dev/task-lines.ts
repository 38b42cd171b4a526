import type { Paint } from '../render/paint.ts';
import { oneLine, safeText } from '../render/plain-text.ts';
import { showEnd, showOutput, showSpent } from '../render/run-end.ts';
import { RunLines } from '../render/run-lines.ts';
import type { DevEvent } from './dev-event.ts';

/** What happens to one task. */
export type TaskEvent = Extract<DevEvent, { task: number }>;

/** Tasks run side by side: each of their lines begins with the task's number. */
export class TaskLines {
  readonly #style: { paint: Paint; invocation: string };
  readonly #runs = new Map<number, RunLines>();

  /** @param style.invocation how a person calls the program for this server */
  constructor(style: { paint: Paint; invocation: string }) {
    this.#style = style;
  }

  of(event: TaskEvent): string[] {
    const { paint } = this.#style;
    const number = paint.dim(`${String(event.task).padStart(2)} │`);
    const lines = this.#linesOf(event).map((line) => `${number} ${line}`);
    const isFirst = event.event === 'task.submitted' || event.event === 'task.refused';
    return isFirst ? ['', ...lines] : lines;
  }

  #linesOf(event: TaskEvent): string[] {
    const { paint } = this.#style;
    switch (event.event) {
      case 'task.submitted': {
        const { input, agent, id } = event.run;
        return [`${paint.bold(oneLine(input))} ${paint.dim(`→ ${oneLine(agent)}, run ${id}`)}`];
      }
      case 'task.refused':
        return [paint.bold(oneLine(event.submission.input)), paint.bad(safeText(event.problem.detail))];
      case 'task.lost':
        return [paint.bad(safeText(event.problem.detail))];
      case 'task.entry':
        return this.#run(event.task).of(event.entry);
      case 'task.ended': {
        const answer = showOutput(event.run)?.split('\n') ?? [];
        return [
          ...answer.map((line) => `${paint.dim('>')} ${line}`),
          `${showEnd(event.run, paint)} ${paint.dim(`· ${showSpent(event.run)}`)}`,
        ];
      }
    }
  }

  #run(task: number): RunLines {
    const known = this.#runs.get(task);
    if (known !== undefined) return known;
    const made = new RunLines(this.#style);
    this.#runs.set(task, made);
    return made;
  }
}
