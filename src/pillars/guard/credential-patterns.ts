/** A kind of credential that is known by its shape. The group `secret` is hidden; without it, the whole match. */
export type CredentialPattern = {
  /** Stands in the redaction: `[REDACTED:<name>]`. */
  name: string;
  pattern: RegExp;
};

/**
 * What the preset of secretlint misses or leaves out, and the commonest kinds once more, so that those do not
 * depend on a package. Each but the last needs sixteen characters without a space. A tool's output may be made to slow these down: no match begins within a run of its own
 * characters, and what can follow is bounded.
 */
export const CREDENTIAL_PATTERNS: readonly CredentialPattern[] = [
  {
    name: 'private-key',
    // Up to the next dashes, or to the end of a key that was cut off. Headers without a key are prose.
    pattern:
      /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?=[\s\S]{0,200}?[A-Za-z0-9+/]{32})(?:(?!-----)[\s\S])*(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?/g,
  },
  { name: 'aws-access-key', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { name: 'github-token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})/g },
  { name: 'gitlab-token', pattern: /(?<![\w-])gl(?:pat|dt|rt|oas)-[\w-]{20,255}/g },
  { name: 'slack-token', pattern: /(?<![\w-])x(?:ox[abeoprs]|app)-[A-Za-z0-9-]{12,255}/g },
  {
    name: 'slack-webhook',
    pattern: /https:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9/]{20,200}/g,
  },
  {
    name: 'stripe-key',
    pattern: /\b(?:[prs]k_(?:live|test)_[A-Za-z0-9]{10,255}|whsec_[A-Za-z0-9+/=]{20,255})/g,
  },
  { name: 'api-key', pattern: /(?<![\w-])sk-(?=[A-Za-z_-]{0,200}\d)[\w-]{20,255}/g },
  { name: 'google-key', pattern: /\bAIza[\w-]{35}/g },
  { name: 'jwt', pattern: /(?<![\w-])eyJ[\w-]{8,4096}\.eyJ[\w-]{8,16384}(?:\.[\w-]{0,4096})?/g },
  {
    name: 'bearer-token',
    pattern: /\b(?:Bearer|Basic) {1,4}(?=[A-Za-z._~+/=-]{0,200}\d)(?<secret>[\w.~+/=-]{16,4096})/gi,
  },
  {
    name: 'connection-string',
    pattern: /\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:/@"'<>]{0,128}:(?<secret>[^\s/"'<>]{1,256})@/gi,
  },
];
