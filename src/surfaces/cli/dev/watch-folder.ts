import { type FSWatcher, watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export type WatchOptions = {
  /** Folders that are not looked into, beside `node_modules` and what begins with a dot. Absolute paths. */
  except: readonly string[];
  onChange: () => void;
  /** Some or all of it cannot be watched. */
  onFailure: (reason: string) => void;
};

/** An editor writes a file in several steps. Milliseconds. */
const SETTLE = 100;

/**
 * Tells when something under a folder was saved, made or deleted, once for changes that come together.
 *
 * Every folder gets a watch of its own: a recursive one would also watch `node_modules`, and the database
 * that writes all the time.
 *
 * @returns what ends it
 */
export async function watchFolder(folder: string, options: WatchOptions): Promise<() => void> {
  const watches = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const changed = (name: string | null) => {
    if (closed || (name !== null && isLeftOut(name))) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      void scan().then(() => closed || options.onChange());
    }, SETTLE);
  };

  const add = (path: string) => {
    if (closed || watches.has(path)) return;
    const forget = () => {
      watches.get(path)?.close();
      watches.delete(path);
    };
    try {
      const watcher = watch(path, (_, name) => changed(name));
      watcher.on('error', forget);
      watches.set(path, watcher);
    } catch (error) {
      options.onFailure(error instanceof Error ? error.message : String(error));
    }
  };

  const scan = async () => {
    const found = await foldersUnder(folder, options.except);
    for (const path of found) add(path);
    for (const [path, watcher] of watches) {
      if (found.includes(path)) continue;
      watcher.close();
      watches.delete(path);
    }
  };

  await scan();
  return () => {
    closed = true;
    clearTimeout(timer);
    for (const watcher of watches.values()) watcher.close();
  };
}

async function foldersUnder(folder: string, except: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const inner = entries
    .filter((entry) => entry.isDirectory() && !isLeftOut(entry.name))
    .map((entry) => join(folder, entry.name))
    .filter((path) => !except.includes(path));
  const deeper = await Promise.all(inner.map((path) => foldersUnder(path, except)));
  return [folder, ...deeper.flat()];
}

function isLeftOut(name: string): boolean {
  return name === 'node_modules' || name.startsWith('.');
}
