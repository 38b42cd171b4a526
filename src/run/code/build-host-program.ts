import { fileURLToPath } from 'node:url';

/**
 * The program of code hosts as the text of one module, out of the source that this process runs from.
 *
 * @param main address of the host's main module
 */
export async function buildHostProgram(main: URL): Promise<string> {
  const { buildSync } = await import('esbuild');
  // At once: the other way leaves a process behind for as long as the worker lives.
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(main)],
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    packages: 'external',
    sourcemap: 'inline',
    sourcesContent: false,
    // The one library that is loaded at run time is looked for from where the source stands.
    define: { 'import.meta.url': JSON.stringify(main.href) },
    logLevel: 'silent',
    tsconfigRaw: '{}',
  });
  return outputFiles[0]?.text ?? '';
}
