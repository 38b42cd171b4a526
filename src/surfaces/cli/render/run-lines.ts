import type { RunEntry } from '../client/index.ts';
import { showCount, showDuration, showUsd } from './amounts.ts';
import { decisionCommands } from './decision-commands.ts';
import type { Paint } from './paint.ts';
import { oneLine } from './plain-text.ts';
import { askedQuestion } from './review-question.ts';

type Of<Kind extends RunEntry['kind']> = Extract<RunEntry, { kind: Kind }>;

/** A run's journal as a person watches it: a line for every step that ended, and for every wait. */
export class RunLines {
  readonly #paint: Paint;
  readonly #invocation: string;
  readonly #inputs = new Map<string, unknown>();
  #epoch: number | undefined;

  /** @param style.invocation how the program is called: `bulkhead` */
  constructor(style: { paint: Paint; invocation: string }) {
    this.#paint = style.paint;
    this.#invocation = style.invocation;
  }

  /** The lines that an entry is worth; most are worth none. */
  of(entry: RunEntry): string[] {
    switch (entry.kind) {
      case 'tool.requested':
        this.#inputs.set(entry.key, entry.content?.input);
        return [];
      case 'tool.completed':
        return [this.#tool(entry)];
      case 'tool.attempted':
        return [this.#step('tool', entry.tool, [this.#bad(entry.code), `attempt ${entry.attempt}`])];
      case 'model.completed':
        return [this.#model(entry)];
      case 'model.attempted':
        return [this.#step('model', entry.model, [this.#bad(entry.code), `attempt ${entry.attempt}`])];
      case 'model.postponed':
        return [
          this.#step('model', entry.model, [
            this.#bad(entry.code),
            `waits until ${new Date(entry.wakeAt).toISOString()}`,
          ]),
        ];
      case 'model.batched':
        return [this.#step('model', entry.model, ['waits for a batch of its provider'])];
      case 'window.warned':
        return [this.#paint.asking(`the prompt fills ${entry.percent} % of the window`)];
      case 'window.trimmed':
        return [this.#paint.asking(`the prompt lost its ${entry.messages} oldest messages`)];
      case 'step.completed':
        return entry.operation === 'memo' ? [this.#step('memo', entry.key, [])] : [];
      case 'timer.set':
        return [this.#step('sleep', `until ${new Date(entry.wakeAt).toISOString()}`, [])];
      case 'child.started':
        return [this.#step('run', entry.agent, [entry.child])];
      case 'child.completed':
        return [this.#step('run', 'ended', [this.#outcome(entry), ...this.#spent(entry)])];
      case 'review.requested':
        return this.#asked(entry);
      case 'review.decided':
        return this.#decided(entry);
      case 'run.claimed':
        return this.#claimed(entry);
      case 'run.continued':
        return [this.#paint.dim(`goes on as run ${oneLine(entry.run)}`)];
      case 'run.interrupted':
        return [this.#paint.asking(`interrupted: ${oneLine(entry.code)}`)];
      case 'cancel.requested':
        return [this.#paint.asking(`${oneLine(entry.principal)} asked to cancel`)];
      default:
        return [];
    }
  }

  /** Each worker has an epoch of its own. */
  #claimed({ epoch }: Of<'run.claimed'>): string[] {
    const isTakeover = this.#epoch !== undefined && this.#epoch !== epoch;
    this.#epoch = epoch;
    return isTakeover ? [this.#paint.dim('goes on in another worker')] : [];
  }

  #tool(entry: Of<'tool.completed'>): string {
    const redacted = Object.values(entry.redactions ?? {}).reduce((sum, count) => sum + count, 0);
    return this.#step('tool', `${entry.tool} ${oneLine(this.#inputs.get(entry.key), 100)}`, [
      this.#outcome(entry),
      showDuration(entry.durationMs),
      ...(redacted === 0 ? [] : [`${redacted} redacted`]),
      ...(entry.cached ? [entry.stale ? 'from cache, being read anew' : 'from cache'] : []),
    ]);
  }

  #model(entry: Of<'model.completed'>): string {
    const { usage, usd } = entry;
    const tokens = usage === undefined ? undefined : usage.inputTokens + usage.outputTokens;
    return this.#step('model', entry.model ?? '', [
      ...(entry.outcome === 'ok' ? [] : [this.#outcome(entry)]),
      ...(entry.cached === undefined ? [] : [`from cache (${entry.cached})`]),
      ...this.#spent({ ...(tokens === undefined ? {} : { tokens }), ...(usd === undefined ? {} : { usd }) }),
      showDuration(entry.durationMs),
    ]);
  }

  #asked(entry: Of<'review.requested'>): string[] {
    const commands = decisionCommands(entry.reviewKind, entry.review, this.#invocation);
    return [
      this.#paint.asking(`waits for a person: ${askedQuestion(entry)}`),
      ...commands.map((command) => `  ${this.#paint.bold(command)}`),
    ];
  }

  #decided({ decision, principal, content }: Of<'review.decided'>): string[] {
    const note = content?.note === undefined ? '' : `: ${oneLine(content.note)}`;
    const by = principal === undefined ? '' : ` by ${oneLine(principal)}`;
    return [this.#paint.asking(`${oneLine(decision)}${by}${note}`)];
  }

  #step(kind: string, what: string, facts: string[]): string {
    return [`${this.#paint.dim(kind.padEnd(5))} ${oneLine(what, 140)}`, ...facts].join(
      this.#paint.dim(' · '),
    );
  }

  #outcome({ outcome, code }: { outcome: string; code?: string }): string {
    return outcome === 'ok' ? this.#paint.good('ok') : this.#bad(code ?? outcome);
  }

  #bad(code: string): string {
    return this.#paint.bad(oneLine(code));
  }

  #spent({ tokens, usd }: { tokens?: number; usd?: number }): string[] {
    return [
      ...(tokens === undefined ? [] : [showCount(tokens, 'token')]),
      ...(usd === undefined ? [] : [showUsd(usd)]),
    ];
  }
}
