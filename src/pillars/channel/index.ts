export { checkWebhookUrl } from './check-webhook-url.ts';
export type { Resolve, ResolvedAddress } from './guarded-lookup.ts';
export { isLoopbackAddress, isPublicAddress } from './public-address.ts';
export { webhookSecret } from './webhook-secret.ts';
export { WebhookSender, type WebhookSenderParts } from './webhook-sender.ts';
