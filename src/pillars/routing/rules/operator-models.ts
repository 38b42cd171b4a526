/** What an operator says of a model, or of all that a pattern names. What is not said stays as it is known. */
export type ModelFacts = {
  /** It calls tools. */
  tools?: boolean;
  /** It answers in the shape of a JSON Schema. */
  schema?: boolean;
  images?: boolean;
  audio?: boolean;
  /** PDF and other documents. */
  files?: boolean;
  /** Where it may process data: all of them have to be allowed. */
  regions?: readonly string[];
};

/** What the operator's file says about routing. */
export type OperatorModels = {
  /** By name or pattern: `{ 'mistral/*': { regions: ['eu'] } }`. */
  models: Readonly<Record<string, ModelFacts>>;
  /** By tenant: the models that it may ask. A tenant that is not named may ask all. */
  tenants: Readonly<Record<string, { models: readonly string[] }>>;
};
