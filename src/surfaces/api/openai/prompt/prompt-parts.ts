import type { LanguageModelV4Message } from '@ai-sdk/provider';

type ContentOf<Role extends LanguageModelV4Message['role']> = Extract<
  LanguageModelV4Message,
  { role: Role }
>['content'];

export type UserPart = ContentOf<'user'>[number];
export type FilePart = Extract<UserPart, { type: 'file' }>;
export type TextPart = Extract<UserPart, { type: 'text' }>;
export type ToolCallPart = Extract<ContentOf<'assistant'>[number], { type: 'tool-call' }>;
export type ReasoningPart = Extract<ContentOf<'assistant'>[number], { type: 'reasoning' }>;
/** What a client hands back of what a model said. */
export type AssistantPart = TextPart | ToolCallPart | ReasoningPart;
export type ToolOutput = Extract<ContentOf<'tool'>[number], { type: 'tool-result' }>['output'];
