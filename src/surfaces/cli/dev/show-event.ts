import { isAbsolute, relative } from 'node:path';
import type { CommandContext } from '../command-context.ts';
import { showCount } from '../render/amounts.ts';
import { showDefinitions } from '../render/definitions.ts';
import { oneLine, safeText } from '../render/plain-text.ts';
import type { DevEvent, Show } from './dev-event.ts';
import { invocationElsewhere } from './invocation-elsewhere.ts';
import { settledLines } from './settled-lines.ts';
import { TaskLines } from './task-lines.ts';

type Of<Kind extends DevEvent['event']> = Extract<DevEvent, { event: Kind }>;

/** Events as lines for a person, or as JSON lines. Lines only ever follow each other: a log may hold them too. */
export function createShow(context: CommandContext): Show {
  if (context.json) return (event) => context.line(JSON.stringify(event));
  const lines = new DevLines(context);
  return (event) => {
    for (const line of lines.of(event)) context.line(line);
  };
}

class DevLines {
  readonly #context: CommandContext;
  #invocation: string;
  #tasks: TaskLines;

  constructor(context: CommandContext) {
    this.#context = context;
    this.#invocation = context.terminal.invocation;
    this.#tasks = new TaskLines({ paint: context.paint, invocation: this.#invocation });
  }

  of(event: DevEvent): string[] {
    if ('task' in event) return this.#tasks.of(event);
    const { paint } = this.#context;
    switch (event.event) {
      case 'started':
        return this.#started(event);
      case 'resumed':
        return [this.#row('resumed', resumed(event))];
      case 'service.started':
        return [this.#row('service', oneLine(event.service))];
      case 'service.output':
        return [paint.dim(`${oneLine(event.service)} | ${safeText(event.line)}`)];
      case 'service.ended':
        return [
          paint.bad(
            `The service ${oneLine(event.service)} ended with exit code ${event.code}. Mend what its lines above say, then start again.`,
          ),
        ];
      case 'log':
        return [(event.level === 'info' ? paint.dim : paint.bad)(oneLine(event.message, 500))];
      case 'deployed':
        return [...showDefinitions(event, paint), this.#row('version', deployed(event))];
      case 'deploy.failed':
        return [paint.bad(safeText(event.problem.detail)), paint.dim(whatStands(event))];
      case 'watch.failed':
        return [
          paint.asking(
            `The folder is not watched (${oneLine(event.reason)}): after a change, run ${this.#invocation} deploy.`,
          ),
        ];
      case 'tasks.skipped':
        return [
          this.#row('tasks', `${event.tasks} of tasks.json not submitted again: runs of the last time go on`),
        ];
      case 'first.finished':
        return [paint.dim(`First task finished ${event.seconds.toFixed(1)} s after the start.`)];
      case 'settled':
        return settledLines(event, { paint, invocation: this.#invocation });
      case 'stopping':
        return ['', 'Stopping. (Ctrl-C again stops at once.)'];
      case 'stopped':
        return ['Stopped.'];
    }
  }

  #started({ url, home, model, because }: Of<'started'>): string[] {
    const { terminal, paint } = this.#context;
    this.#invocation = invocationElsewhere(terminal, { url, home });
    this.#tasks = new TaskLines({ paint, invocation: this.#invocation });
    const data = paint.dim(`data in ${shortPath(terminal.folder, home)}`);
    return [
      this.#row('bulkhead', `${paint.bold(url)}  ${data}`),
      this.#row('model', `${paint.bold(oneLine(model))}  ${oneLine(because, 300)}`),
    ];
  }

  #row(name: string, text: string): string {
    return `${this.#context.paint.dim(name.padEnd(8))} ${text}`;
  }
}

function resumed({ adopted, runs }: Of<'resumed'>): string {
  const found = adopted
    ? 'The database of a process that was killed was still up and is taken over'
    : 'A process before this one ended early';
  const goOn = `${showCount(runs, 'run')} under way ${runs === 1 ? 'goes' : 'go'} on`;
  return `${found}; ${runs === 0 ? 'no run was under way' : goOn}.`;
}

function deployed({ version, first }: Of<'deployed'>): string {
  return `${version.slice(0, 12)}${first ? '' : ', deployed on save; runs under way keep theirs'}`;
}

function whatStands({ standing }: Of<'deploy.failed'>): string {
  return standing === null
    ? 'Nothing new is deployed; save the file again when it is mended.'
    : `Version ${standing.slice(0, 12)} stays; save the file again when it is mended.`;
}

function shortPath(folder: string, path: string): string {
  const short = relative(folder, path);
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short;
}
