import type { DefinitionManifest } from '../../contract/manifest.ts';
import type { OfferedTool } from '../../contract/model.ts';

/** What every prompt of an agent begins with: its instructions, its rules and its facts. */
export function systemMessage({
  instructions = '',
  rules = [],
  window,
}: Pick<DefinitionManifest, 'instructions' | 'rules' | 'window'>): string {
  return [
    instructions,
    ...listed('Rules that always hold:', rules),
    ...listed('Facts to keep in mind:', window?.pinned ?? []),
  ].join('\n\n');
}

function listed(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}\n${lines.map((line) => `- ${line}`).join('\n')}`];
}

/** A tool as a model is offered it. */
export function offer(tool: DefinitionManifest['tools'][number]): OfferedTool {
  return {
    name: tool.name,
    description: tool.description,
    inputSchema: tool.inputSchema,
    providerOptions: { bulkhead: { examples: tool.examples, effect: tool.effect } },
  };
}
