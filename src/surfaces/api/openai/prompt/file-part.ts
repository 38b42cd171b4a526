import { extname } from 'node:path';
import { invalidRequest } from '../../problems/invalid-request.ts';
import type { FilePart } from './prompt-parts.ts';

const DATA_URL = /^data:([\w.+-]+\/[\w.+-]+)?((?:;[^;,]*)*),/i;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** Media types by the end of a name, where nothing else tells. */
const TYPES: Record<string, string> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.pdf': 'application/pdf',
};

type Described = {
  /** Where the client wrote it. */
  field: string;
  /** What it is when neither the address nor the name says so. */
  otherwise?: string | undefined;
  filename?: string | null | undefined;
  /** How closely OpenAI's models look at an image. */
  detail?: string | null | undefined;
};

/**
 * An image or a document as a part of a prompt: out of a `data:` URL, or by an `https:` address, which the provider
 * itself then reads. This server fetches nothing that a request names.
 *
 * @throws BulkheadError `invalid_request`
 */
export function filePart(address: string, described: Described): FilePart {
  const url = DATA_URL.exec(address);
  if (url !== null) {
    const [prefix, type, settings = ''] = url;
    return part(described, type ?? described.otherwise ?? typeOf(described.filename), {
      type: 'data',
      data: base64Of(address.slice(prefix.length), /;base64$/i.test(settings), described.field),
    });
  }
  if (!/^https:\/\//i.test(address) || !URL.canParse(address)) {
    throw invalidRequest([{ field: described.field, message: 'must be a data: URL or an https: address' }]);
  }
  const target = new URL(address);
  return part(described, typeOf(target.pathname) ?? described.otherwise, { type: 'url', url: target });
}

/** A document whose bytes were sent as they are, in base64, or as a `data:` URL. */
export function documentPart(data: string, described: Described): FilePart {
  if (/^data:/i.test(data)) return filePart(data, described);
  const bytes = base64Of(data, true, described.field);
  return part(described, typeOf(described.filename), { type: 'data', data: bytes });
}

function part(
  { field, filename, detail }: Described,
  mediaType: string | undefined,
  data: FilePart['data'],
): FilePart {
  if (mediaType === undefined) {
    const message = 'does not say of what type it is: send it as data:<media type>;base64,…';
    throw invalidRequest([{ field, message }]);
  }
  return {
    type: 'file',
    mediaType: mediaType.toLowerCase(),
    data,
    ...(typeof filename === 'string' ? { filename } : {}),
    ...(typeof detail === 'string' ? { providerOptions: { openai: { imageDetail: detail } } } : {}),
  };
}

function base64Of(text: string, encoded: boolean, field: string): string {
  try {
    const data = encoded ? text : Buffer.from(decodeURIComponent(text)).toString('base64');
    if (data !== '' && BASE64.test(data)) return data;
  } catch {
    // No text in percent encoding either.
  }
  throw invalidRequest([{ field, message: 'holds no data in base64' }]);
}

function typeOf(name: string | null | undefined): string | undefined {
  return typeof name === 'string' ? TYPES[extname(name).toLowerCase()] : undefined;
}
