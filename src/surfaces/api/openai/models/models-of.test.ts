import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../../../pillars/release/index.ts';
import { definition } from '../../testing/manifests.ts';
import { modelsOf } from './models-of.ts';

const deployed = (name: string, seconds: number, changes: object = {}): Deployment => {
  const manifest = definition({ name, ...changes });
  return { version: 'v', kind: manifest.kind, definition: manifest, deployedAt: new Date(seconds * 1_000) };
};

describe('the models that a client may name', () => {
  it('are deployed agents, and each model that one of them names, once', () => {
    const deployments = [
      deployed('claims', 30, { model: { small: 'google/gemini-3-flash', large: ['openai/gpt-5', 'local'] } }),
      deployed('nightly', 20, { kind: 'workflow', model: 'mistral/large' }),
      deployed('support', 10, { model: 'openai/gpt-5' }),
      deployed('triage', 40),
    ];
    expect(
      modelsOf(deployments, 'ollama/llama').map((model) => [model.id, model.owned_by, model.created]),
    ).toEqual([
      ['claims', 'bulkhead', 30],
      ['support', 'bulkhead', 10],
      ['triage', 'bulkhead', 40],
      ['google/gemini-3-flash', 'google', 30],
      ['local', 'bulkhead', 30],
      ['ollama/llama', 'ollama', 40],
      ['openai/gpt-5', 'openai', 10],
    ]);
  });
});
