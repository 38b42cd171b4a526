/** Where a tool or model call stands when its worker dies. */
export type Place =
  /** On its way down, before any middleware has seen it. */
  | 'above'
  /** Written ahead, nothing left the process yet. */
  | 'started'
  /** It had its effect, nothing was written of it. */
  | 'performed'
  /** It passed every middleware on its way back; its completion is not recorded. */
  | 'back';

/** Where a worker that executes a run is to die, once. It travels as the run's `subject`, which children inherit. */
export type KillPlan = {
  /** Unique: a plan is carried out once, by whichever worker comes there first. */
  id: string;
  /** Of the run or its child: the definition that is executed there. */
  agent: string;
} & (
  | { call: string; place: Place }
  /** `kind` or `kind key` of a journal entry, before or after its frame is durable. */
  | { entry: string; when: 'before' | 'after' }
  /** Name of a prepared statement that concerns the run; `commit` is the one that ends its transaction. */
  | { statement: string; when: 'before' | 'after' }
);

export function toSubject(plan: KillPlan): string {
  return JSON.stringify(plan);
}

export function toPlan(subject: string | null | undefined): KillPlan | undefined {
  return subject?.startsWith('{') ? (JSON.parse(subject) as KillPlan) : undefined;
}

/** How an entry is called in a plan. */
export function entryName(meta: { kind: string; key?: string }): string {
  return meta.key === undefined ? meta.kind : `${meta.kind} ${meta.key}`;
}
