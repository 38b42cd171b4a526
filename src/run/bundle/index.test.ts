import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

describe('the face of the folder', () => {
  it('loads neither the bundler nor the validator: code hosts import it', async () => {
    const watch = `
      import { registerHooks } from 'node:module';
      const loaded = [];
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
      await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
      console.log(JSON.stringify(loaded.filter((url) => url.includes('/node_modules/'))));
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', watch]);
    expect(JSON.parse(stdout)).toEqual([]);
  });
});
