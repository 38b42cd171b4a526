import { ApiClient, findConnection } from './client/index.ts';
import { createPaint, type Paint } from './render/paint.ts';
import type { Terminal } from './terminal.ts';

/** What every command is handed. */
export class CommandContext {
  readonly terminal: Terminal;
  /** Answer in JSON. */
  readonly json: boolean;
  readonly paint: Paint;
  /** What the process ends with when nothing is thrown. */
  exitCode = 0;

  constructor(terminal: Terminal, json: boolean) {
    this.terminal = terminal;
    this.json = json;
    this.paint = createPaint(terminal.colour && !json);
  }

  /** The API of the server that the environment names. */
  async client(): Promise<ApiClient> {
    const { environment, folder } = this.terminal;
    return new ApiClient(await findConnection(environment, folder));
  }

  /** One document with `--json`, else the text. */
  answer(document: unknown, text: () => string): void {
    this.terminal.out(this.json ? `${JSON.stringify(document)}\n` : text());
  }

  line(text: string): void {
    this.terminal.out(`${text}\n`);
  }

  /** What is not the answer itself, for people alone. */
  remark(text: string): void {
    if (!this.json) this.terminal.error(`${text}\n`);
  }
}
