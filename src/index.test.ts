import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import * as barrel from './index.ts';

describe('what an author imports', () => {
  it('is three functions and the error', () => {
    expect(Object.keys(barrel).sort()).toEqual(['BulkheadError', 'agent', 'tool', 'workflow']);
  });

  it('loads the contract and nothing else: it is in every code host', async () => {
    const { metafile } = await build({
      entryPoints: [new URL('./index.ts', import.meta.url).pathname],
      absWorkingDir: new URL('.', import.meta.url).pathname,
      bundle: true,
      format: 'esm',
      packages: 'external',
      platform: 'neutral',
      write: false,
      metafile: true,
    });
    const outside = Object.keys(metafile.inputs).filter((path) => !path.startsWith('contract/'));
    const external = Object.values(metafile.outputs).flatMap((output) =>
      output.imports.map((entry) => entry.path),
    );
    expect(outside).toEqual(['index.ts']);
    expect(external).toEqual([]);
  });
});
