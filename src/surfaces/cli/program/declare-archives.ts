import type { Command } from 'commander';
import type { Act } from './act.ts';
import { withExamples } from './examples.ts';

/** `export`, `import`: an installation as one file. */
export function declareArchives(program: Command, act: Act): void {
  withExamples(
    program
      .command('export')
      .summary('write everything into one file')
      .description(
        'Writes all that an installation holds, as one moment sees it, and verifies every journal on the way. Works on the database itself, running or not; contents stay sealed under the master key, which is not in the file.',
      )
      .argument('<file>', 'a new file, compressed if it ends in .gz; - is standard output')
      .option('--gzip', 'compress it, whatever its name'),
    [
      ['export bulkhead.jsonl.gz', 'a backup, or the way to another database'],
      ['export - --gzip | ssh backup "cat > bulkhead.jsonl.gz"', 'without a file here'],
    ],
  ).action((file: string, { gzip }: { gzip?: true }, command: Command) =>
    act(command, async (context) =>
      (await import('../commands/export-installation.ts')).exportTo(context, file, gzip === true),
    ),
  );

  withExamples(
    program
      .command('import')
      .summary('bring an exported file into an empty database')
      .description(
        'Brings an export into a database without data, all of it or nothing, and verifies every journal on the way. Runs that were running go on as soon as a worker is there. Needs the master key of the installation that was exported, and no server or worker may be up.',
      )
      .argument('<file>', 'compressed or not; - is standard input')
      .option('--check', 'only read and verify the file: no database is needed, nothing is changed'),
    [
      ['import bulkhead.jsonl.gz', 'into the embedded database, or the one of DATABASE_URL'],
      ['import bulkhead.jsonl.gz --check', 'is the backup whole?'],
    ],
  ).action((file: string, { check }: { check?: true }, command: Command) =>
    act(command, async (context) =>
      (await import('../commands/import-installation.ts')).importFrom(context, file, check === true),
    ),
  );
}
