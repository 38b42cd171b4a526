import type { Json } from '../../../contract/json.ts';
import { headAndTail } from '../../../pillars/window/index.ts';
import { summaryTokens } from '../../host/compaction.ts';
import type { EarlierConversation } from '../../host/earlier-conversation.ts';
import type { SessionMemory } from './session-memory.ts';
import { quoteTurn, type Summary, type Turn } from './turn.ts';

/** Of what is left beside instructions, tools and the message: for the latest turns, and for excerpts. */
const RECENT = 0.6;
const EXCERPT = 0.25;

/** Whatever the window takes: a conversation is paid for again at each of its turns. */
const MOST_RECENT = 10_000;
const MOST_EXCERPT = 4_000;
const EXCERPT_TURNS = 6;
/** Of one turn fewer tokens than this say nothing. */
const LEAST_SHOWN = 100;

/** Tokens of what one summary is made of, and the part of a run's budget that it may have at most. */
const MOST_SUMMED_UP = 24_000;
const PART_OF_BUDGET = 4;
/** Fewer tokens than this are summed up another time. */
const LEAST_SUMMED_UP = 500;

export type RecallOptions = {
  /** The user's present message. */
  question: string;
  /** Tokens that the session may have in the prompt. */
  room: number;
  /** Tokens that a prompt may have at all. */
  limit: number;
  keepTurns: number;
  /** Tokens of the run's budget; 0 when it has no call to spare for a summary. */
  budget: number;
  count: (text: string) => Promise<number>;
};

/**
 * What a run is told of the turns before it: the latest as they were said, a summary of those before, and, of all that
 * is not shown, the turns whose words are closest to the present message.
 *
 * @param runs the turns that may be told, latest first
 */
export async function recall(
  runs: readonly string[],
  memory: SessionMemory,
  options: RecallOptions,
): Promise<Json[] | EarlierConversation> {
  const turns = runs.flatMap((run) => memory.turns.get(run) ?? []);
  const summary = latestSummary(runs, memory);
  const open = summary === undefined ? turns : turns.filter(({ run }) => run > summary.upTo);
  const room = Math.min(MOST_RECENT, options.room * RECENT);
  let shown = await latest(open, { first: room, all: room }, options.keepTurns, options.count);
  if (shown.length === turns.length) return messagesOf(shown);

  const toSumUp = Math.min(MOST_SUMMED_UP, options.limit / 2, options.budget / PART_OF_BUDGET);
  let leaving: Turn[] = [];
  if (shown.length < open.length && toSumUp >= LEAST_SUMMED_UP) {
    // So many go at once that the next turns need no summary.
    const half = Math.ceil(options.keepTurns / 2);
    shown = await latest(open, { first: room, all: room / 2 }, half, options.count);
    leaving = open.slice(shown.length);
  }
  const excerpt = await excerptOf(turns, shown, memory, options);
  return {
    messages: messagesOf(shown),
    ...(summary === undefined ? {} : { summary: summary.text }),
    ...(excerpt === undefined ? {} : { excerpt }),
    ...(leaving[0] === undefined
      ? {}
      : {
          leaving: {
            text: await textOf(leaving, toSumUp, options.count),
            upTo: leaving[0].run,
            tokens: summaryTokens(options.limit),
          },
        }),
  };
}

/** Of a run that may still be told: one whose content was erased takes its summary along. */
function latestSummary(runs: readonly string[], memory: SessionMemory): Summary | undefined {
  for (const run of runs) {
    const summary = memory.summaries.get(run);
    if (summary !== undefined) return summary;
  }
  return undefined;
}

/**
 * The latest turns that fit, latest first. The very last one is always among them: what the user says next leans on it.
 *
 * @param room.first tokens that the last one may have; one that is longer is shown in part
 */
async function latest(
  turns: readonly Turn[],
  room: { first: number; all: number },
  most: number,
  count: RecallOptions['count'],
): Promise<Turn[]> {
  const fitting: Turn[] = [];
  let left = room.all;
  for (const turn of turns.slice(0, most)) {
    const text = `${turn.asked}\n${turn.answered}`;
    const tokens = await count(text);
    if (fitting.length === 0 && tokens > room.first) {
      if (room.first >= LEAST_SHOWN) fitting.push(inPart(turn, room.first / tokens));
      break;
    }
    left -= tokens;
    if (left < 0 && fitting.length > 0) break;
    fitting.push(turn);
  }
  return fitting;
}

function inPart({ run, asked, answered }: Turn, part: number): Turn {
  const cut = (text: string) => headAndTail(text, Math.floor(text.length * part * 0.9), '[…]');
  return { run, asked: cut(asked), answered: cut(answered) };
}

async function excerptOf(
  turns: readonly Turn[],
  shown: readonly Turn[],
  memory: SessionMemory,
  { question, room, count }: RecallOptions,
): Promise<string | undefined> {
  const hidden = new Map(turns.slice(shown.length).map((turn) => [turn.run, turn]));
  let left = Math.min(MOST_EXCERPT, room * EXCERPT);
  const quoted: { run: string; text: string }[] = [];
  for (const { id } of memory.index.search(question, EXCERPT_TURNS, (run) => hidden.has(run))) {
    const turn = hidden.get(id);
    if (turn === undefined) continue;
    const text = quoteTurn(turn);
    const tokens = await count(text);
    if (tokens > left) continue;
    left -= tokens;
    quoted.push({ run: id, text });
  }
  if (quoted.length === 0) return undefined;
  return quoted
    .toSorted((one, other) => (one.run < other.run ? -1 : 1))
    .map(({ text }) => text)
    .join('\n\n');
}

/** Oldest first. Of turns that are too many for one summary the latest are read; the rest can still be found. */
async function textOf(turns: readonly Turn[], most: number, count: RecallOptions['count']): Promise<string> {
  const texts: string[] = [];
  let left = most;
  for (const turn of turns) {
    const text = quoteTurn(turn);
    left -= await count(text);
    if (left < 0) break;
    texts.unshift(text);
  }
  const missing = turns.length - texts.length;
  return [...(missing === 0 ? [] : [`[${missing} turns before these]`]), ...texts].join('\n\n');
}

function messagesOf(turns: readonly Turn[]): Json[] {
  return turns
    .toReversed()
    .flatMap(({ asked, answered }) => [message('user', asked), message('assistant', answered)]);
}

function message(role: string, text: string): Json {
  return { role, content: [{ type: 'text', text }] };
}
