export const requestContext = (tenant: string, id: string) => `${tenant}|model-batch-request|${id}`;
export const answerContext = (tenant: string, id: string) => `${tenant}|model-batch-answer|${id}`;
