import type { ModelRequest } from '../../../contract/model.ts';

/** What a prompt holds beside text, each with the name of the ability that it needs. */
export type Modality = 'images' | 'audio' | 'files';

/** Everything that stands in the messages of a prompt, results of tools included. */
export function modalitiesOf({ prompt }: Pick<ModelRequest, 'prompt'>): Set<Modality> {
  const found = new Set<Modality>();
  for (const { content } of prompt) {
    if (typeof content === 'string') continue;
    for (const part of content) {
      if (part.type === 'file') found.add(modalityOf(part.mediaType));
      if (part.type !== 'tool-result' || part.output.type !== 'content') continue;
      for (const shown of part.output.value)
        if (shown.type === 'file') found.add(modalityOf(shown.mediaType));
    }
  }
  return found;
}

function modalityOf(mediaType: string): Modality {
  if (mediaType.startsWith('image/')) return 'images';
  return mediaType.startsWith('audio/') ? 'audio' : 'files';
}
