import { z } from '@hono/zod-openapi';

const OpenAiErrorSchema = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z
        .string()
        .nullable()
        .openapi({ description: 'The field that is wrong: `messages[0].content`.' }),
      code: z.string().openapi({ description: "Stable: OpenAI's word where it has one, else Bulkhead's." }),
    }),
  })
  .openapi('OpenAiError');

/** What the routes in OpenAI's shape answer instead: their clients read no problem details. */
export const openAiErrors = {
  default: {
    description:
      "An error in OpenAI's shape. A spent budget is 429 `insufficient_quota`; `X-Should-Retry: false` tells the SDKs not to ask again in vain.",
    content: { 'application/json': { schema: OpenAiErrorSchema } },
  },
};
