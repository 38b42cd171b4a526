/** What a name says its value is. */
export type CredentialName = 'password' | 'secret' | 'header' | 'token';

const PASSWORDS = new Set([
  'password',
  'passwd',
  'passphrase',
  'passcode',
  'pwd',
  'passwort',
  'kennwort',
  'contraseña',
]);
const SECRETS = new Set([
  'secret',
  'apikey',
  'secretkey',
  'privatekey',
  'accesskey',
  'clientsecret',
  'authtoken',
]);
const SECRET_KEYS = new Set(['api', 'secret', 'private', 'access', 'signing', 'encryption', 'master']);
const SECRET_TOKENS = new Set([
  'access',
  'refresh',
  'auth',
  'bearer',
  'id',
  'session',
  'api',
  'secret',
  'bot',
]);
const HEADERS = /^(?:proxy-|x-)?authorization$|^(?:set-)?cookie$/i;
/** Tokens that say where to read on, or which request this was. */
const PLAIN_TOKENS =
  /^(?:page|next|previous|prev|continuation|sync|cursor|resume|delta|start|end|request|client|idempotency|pagination)$/;

/**
 * What the name of a field, a header or a variable says about its value.
 *
 * @example
 * credentialName('stripeApiKey'); // 'secret'
 * credentialName('DB_PASSWORD'); // 'password'
 * credentialName('nextPageToken'); // undefined
 */
export function credentialName(name: string): CredentialName | undefined {
  if (HEADERS.test(name)) return 'header';
  const words = wordsOf(name);
  const last = singular(words.at(-1) ?? '');
  const before = words.at(-2) ?? '';
  if (PASSWORDS.has(last)) return 'password';
  if (SECRETS.has(last) || (last === 'key' && SECRET_KEYS.has(before))) return 'secret';
  if (last !== 'token' && last !== 'credential') return undefined;
  if (SECRET_TOKENS.has(before)) return 'secret';
  return PLAIN_TOKENS.test(before) ? undefined : 'token';
}

function wordsOf(name: string): string[] {
  return name
    .slice(-64)
    .replace(/([a-zà-ÿ0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9à-ÿ]+/)
    .filter((word) => word !== '');
}

function singular(word: string): string {
  return word.length > 4 && word.endsWith('s') ? word.slice(0, -1) : word;
}
