import type { ChildProcess } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';

const KEPT_LINES = 20;
const LONGEST_LINE = 2_000;

type Death = { code: string; message: string };

/** Passes on what a host prints, and keeps the end of it to say why it died. */
export function lastWords(
  child: Pick<ChildProcess, 'stdout' | 'stderr'>,
  log: (line: string) => void,
): { explain(code: number | null, signal: string | null, megabytes: number): Death } {
  const kept: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    const lines = splitLines((line) => {
      kept.push(line);
      if (kept.length > KEPT_LINES) kept.shift();
      log(line);
    });
    stream.on('data', lines.add);
    stream.on('end', lines.end);
  }
  return {
    explain(code, signal, megabytes) {
      if (/heap out of memory|Allocation failed/i.test(kept.join('\n'))) return outOfMemory(megabytes);
      const error = kept.findLast((line) => /^\w*(Error|Exception)\b.*:/.test(line));
      const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
      return {
        code: 'code_host_died',
        message: `The process of the code ${how}${error === undefined ? '' : ` (${error})`}. An exception outside any promise, or process.exit, does that.`,
      };
    },
  };
}

/** Author code needed more memory than its host may have. */
export function outOfMemory(megabytes: number): Death {
  return {
    code: 'code_out_of_memory',
    message: `The code used more than the ${megabytes} MB that its host may have. Process large data in pieces, or outside the run.`,
  };
}

/** Lines as they come. Of a long one only the beginning is kept: what a host prints must not fill its worker. */
function splitLines(tell: (line: string) => void): { add: (chunk: Buffer) => void; end: () => void } {
  const decoder = new StringDecoder('utf8');
  let line = '';
  const take = (text: string) => {
    if (line.length < LONGEST_LINE) line += text.slice(0, LONGEST_LINE - line.length);
  };
  const end = () => {
    if (line !== '') tell(line.replace(/\r$/, ''));
    line = '';
  };
  return {
    add(chunk) {
      const [first = '', ...rest] = decoder.write(chunk).split('\n');
      take(first);
      for (const next of rest) {
        end();
        take(next);
      }
    },
    end,
  };
}
