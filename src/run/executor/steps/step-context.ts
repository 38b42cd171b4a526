import type { BundleManifest, DefinitionManifest } from '../../../contract/manifest.ts';
import type { ParseResult } from '../../../contract/schema.ts';
import type { Step } from '../../../contract/step.ts';
import type { ClaimedRun } from '../../../foundation/queue/index.ts';
import type { DataKey } from '../../../foundation/vault/index.ts';
import type { CodeHost } from '../../code/code-host.ts';
import type { HostRun, Settled, StepRequest } from '../../protocol.ts';
import type { RunJournal } from '../run-journal.ts';
import type { ExecutorServices } from '../services.ts';

/** What carries out one step of a run. */
export type StepContext = {
  readonly run: ClaimedRun;
  readonly hostRun: HostRun;
  readonly key: DataKey;
  readonly definition: DefinitionManifest;
  readonly manifest: BundleManifest;
  readonly journal: RunJournal;
  readonly step: Step;
  readonly requestHash: string;
  /** What the tool's schema makes of the input that was asked with, where the host has said so already. */
  readonly parsed?: ParseResult;
  readonly signal: AbortSignal;
  readonly host: CodeHost;
  readonly services: ExecutorServices;
};

/** One kind of step: records what it did, the completing entry last, and says what the code is told. */
export type StepHandler<Operation extends StepRequest['operation']> = (
  context: StepContext,
  request: Extract<StepRequest, { operation: Operation }>,
) => Promise<Settled>;
