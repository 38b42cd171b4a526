import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import type pg from 'pg';
import type { ResolvedBudget } from '../../contract/budget.ts';
import type { Json } from '../../contract/json.ts';
import type { DefinitionManifest } from '../../contract/manifest.ts';
import type { RunFacts } from '../../contract/run.ts';
import type { KeyRing } from '../../foundation/vault/index.ts';
import type { TokenCounter } from '../../pillars/window/index.ts';
import { offer, systemMessage } from '../host/opening.ts';
import { readTurns } from './session/read-turns.ts';
import { recall } from './session/recall.ts';
import { SessionMemories } from './session/session-memory.ts';

/** For what a run needs its session. */
export type SessionQuestion = {
  /** The user's present message. */
  text: string;
  definition: DefinitionManifest;
  budget: ResolvedBudget;
};

export type ReadSession = (run: RunFacts, question: SessionQuestion) => Promise<Json>;

/** Where the agent does not say. */
const KEEP_TURNS = 20;
const COMPACT_AT = 0.7;

/** A summary, the answer, and a tool or two in between. */
const CALLS_WITH_SUMMARY = 4;

/**
 * Reads the earlier turns of sessions, as far as they belong into a prompt: a list of messages, oldest first, or, where
 * not all fit, what there is beside them. What was read stays in this worker's memory, within a bound.
 *
 * @param parts.limitOf tokens that a prompt of this agent may have
 */
export function createSessionReader({
  pool,
  keys,
  counter,
  limitOf,
  memories = new SessionMemories(),
}: {
  pool: pg.Pool;
  keys: KeyRing;
  counter: TokenCounter;
  limitOf: (definition: DefinitionManifest) => number;
  memories?: SessionMemories;
}): ReadSession {
  return async (run, { text, definition, budget }) => {
    const { runs, memory } = await readTurns({ pool, keys, memories }, run);
    if (runs.length === 0) return [];
    const limit = limitOf(definition);
    const { compactAt = COMPACT_AT, keepTurns = KEEP_TURNS } = definition.window ?? {};
    const others = await counter.request({
      prompt: opening(definition, text),
      tools: definition.tools.map(offer),
    });
    const summary = await recall(runs, memory, {
      question: text,
      room: Math.max(0, compactAt * limit - others),
      limit,
      keepTurns,
      budget: budget.modelCalls < CALLS_WITH_SUMMARY ? 0 : budget.tokens,
      count: (side) => counter.message({ role: 'system', content: side }),
    });
    return summary as Json;
  };
}

/** What stands in the prompt beside the session. */
function opening(definition: DefinitionManifest, text: string): LanguageModelV4Prompt {
  return [
    { role: 'system', content: systemMessage(definition) },
    { role: 'user', content: [{ type: 'text', text }] },
  ];
}
