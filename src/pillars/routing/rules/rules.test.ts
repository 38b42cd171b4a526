import { describe, expect, it } from 'vitest';
import { modelCall } from '../../../../test/fakes/calls.ts';
import { FakeRun } from '../../../../test/fakes/step.ts';
import type { ModelRequest } from '../../../contract/model.ts';
import { applyRules } from './apply-rules.ts';
import { createFacts, factsOf } from './facts-of.ts';
import { matches } from './matches.ts';
import { noModelAllowed } from './no-model-allowed.ts';
import type { OperatorModels } from './operator-models.ts';

const SAYS: OperatorModels = { models: {}, tenants: {} };
const TOOL = { name: 'find', description: 'Finds.', inputSchema: {} };

/** What becomes of one model: 'allowed', or the rule that refuses it. */
function fate(
  model: string,
  asked: { request?: Partial<ModelRequest>; residency?: string[]; says?: Partial<OperatorModels> } = {},
): string {
  const call = modelCall(new FakeRun(), {
    model,
    ...(asked.request === undefined ? {} : { request: asked.request }),
    definition: asked.residency === undefined ? {} : { residency: asked.residency },
  });
  const says = { ...SAYS, ...asked.says };
  const { allowed, refused } = applyRules(call, says, createFacts(says.models));
  expect(allowed.length + refused.length).toBe(1);
  return refused[0]?.rule ?? 'allowed';
}

function shown(mediaType: string): Partial<ModelRequest> {
  const data = { type: 'data' as const, data: 'AAAA' };
  return { prompt: [{ role: 'user', content: [{ type: 'file', mediaType, data }] }] };
}

describe('the hard rules', () => {
  it('let an unknown model do everything, so that new models need no release', () => {
    const request = {
      ...shown('image/png'),
      tools: [TOOL],
      responseFormat: { type: 'json' as const, schema: {} },
    };
    expect(fate('vllm/new-model', { request })).toBe('allowed');
  });

  it('refuse models that cannot call tools, only where tools are offered', () => {
    expect(fate('openai/o1-mini', { request: { tools: [TOOL] } })).toBe('tools');
    expect(fate('openai/o1-mini', { request: { tools: [] } })).toBe('allowed');
  });

  it.each([
    ['image/png', 'local', 'modality'],
    ['image/png', 'openai/gpt-5-mini', 'allowed'],
    ['audio/wav', 'openai/gpt-5-mini', 'modality'],
    ['audio/wav', 'openai/gpt-4o-audio-preview', 'allowed'],
    ['application/pdf', 'openai/gpt-4-turbo', 'modality'],
    ['application/pdf', 'google/gemini-3-flash', 'allowed'],
  ])('hold what a prompt shows (%s) against what %s takes: %s', (mediaType, model, expected) => {
    expect(fate(model, { request: shown(mediaType) })).toBe(expected);
  });

  it('look into the results of tools too', () => {
    const data = { type: 'data' as const, data: 'AAAA' };
    const value = [{ type: 'file' as const, mediaType: 'image/png', data }];
    const output = { type: 'content' as const, value };
    const part = { type: 'tool-result' as const, toolCallId: 'c', toolName: 'look', output };
    expect(fate('local', { request: { prompt: [{ role: 'tool', content: [part] }] } })).toBe('modality');
  });

  it('refuse models that hold to no schema where one is asked for', () => {
    expect(fate('openai/gpt-4', { request: { responseFormat: { type: 'json', schema: {} } } })).toBe(
      'schema',
    );
    expect(fate('openai/gpt-4', { request: { responseFormat: { type: 'json' } } })).toBe('allowed');
  });

  it('keep data in its regions, and refuse whatever nobody knows the region of', () => {
    const residency = ['eu'];
    const models = {
      'mistral/*': { regions: ['eu'] },
      'mistral/le-global': { regions: ['eu', 'us'] },
      'openai/*': { regions: ['us'] },
    };
    const says = { models };
    expect(fate('mistral/mistral-small', { residency, says })).toBe('allowed');
    expect(fate('mistral/le-global', { residency, says })).toBe('residency');
    expect(fate('openai/gpt-5-mini', { residency, says })).toBe('residency');
    expect(fate('google/gemini-3-flash', { residency, says })).toBe('residency');
    expect(fate('local', { residency, says })).toBe('allowed');
    expect(fate('google/gemini-3-flash', { says })).toBe('allowed');
  });

  it('hold tenants to the models that the operator gives them', () => {
    const says = { tenants: { acme: { models: ['openai/*', 'local'] } } };
    expect(fate('openai/gpt-5-mini', { says })).toBe('allowed');
    expect(fate('local', { says })).toBe('allowed');
    expect(fate('anthropic/claude-sonnet-5', { says })).toBe('tenant');
    expect(fate('anthropic/claude-sonnet-5', { says: { tenants: { other: { models: ['local'] } } } })).toBe(
      'allowed',
    );
  });

  it('take the operator for right, whatever is known of old', () => {
    const models = {
      'openai/o1-mini': { tools: true },
      'acme/*': { tools: false },
      'acme/able-*': { tools: true },
    };
    const request = { tools: [TOOL] };
    expect(fate('openai/o1-mini', { request, says: { models } })).toBe('allowed');
    expect(fate('acme/plain', { request, says: { models } })).toBe('tools');
    expect(fate('acme/able-2', { request, says: { models } })).toBe('allowed');
  });

  it('name each model and the rule that refused it', () => {
    const error = noModelAllowed([
      { model: 'openai/o1-mini', rule: 'tools', because: 'it calls no tools' },
      { model: 'local', rule: 'modality', because: 'it takes no images' },
    ]);
    expect(error).toMatchObject({ code: 'no_model_allowed', denied: true, retryable: false });
    expect(error.message).toContain(
      'openai/o1-mini (tools: it calls no tools); local (modality: it takes no images)',
    );
  });
});

describe('a pattern of models', () => {
  it.each([
    ['openai/*', 'openai/gpt-5', true],
    ['openai/*', 'openai-compatible/gpt-5', false],
    ['*audio*', 'openai/gpt-4o-audio-preview', true],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'a-c', false],
    ['ab*ba', 'aba', false],
    ['local', 'local/other', false],
  ])('%s and %s: %s', (pattern, model, fits) => {
    expect(matches(pattern, model)).toBe(fits);
  });

  it('says the less the more it stands for', () => {
    expect(factsOf('a/b', { 'a/b': { tools: true }, 'a/*': { tools: false, schema: false } })).toEqual({
      tools: true,
      schema: false,
    });
  });
});
