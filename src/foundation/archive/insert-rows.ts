import pg from 'pg';
import { archiveBroken } from './archive-failure.ts';
import { ARCHIVED_TABLES } from './archived-tables.ts';
import type { ArchivedRow } from './format.ts';
import type { Column, TableShape } from './table-shape.ts';

const BATCH_ROWS = 1_000;
/** About how much one statement carries, characters. */
const BATCH_SIZE = 1_000_000;

/**
 * Inserts rows of one table after the other, many in a statement.
 *
 * @example
 * const rows = new RowInserter(client, shapes, header.tables);
 * await rows.add('run', row);
 * await rows.flush();
 */
export class RowInserter {
  readonly #client: pg.ClientBase;
  readonly #statements: Map<string, string>;
  #table = '';
  #batch: ArchivedRow[] = [];
  #size = 0;
  /** One statement is under way while the rows of the next are read. */
  #underWay: Promise<void> = Promise.resolve();

  /** @param tables the columns that each table has in the archive; all others take their defaults */
  constructor(
    client: pg.ClientBase,
    shapes: readonly TableShape[],
    tables: Readonly<Record<string, readonly string[]>>,
  ) {
    this.#client = client;
    this.#statements = new Map(
      shapes.flatMap((shape) => {
        const columns = tables[shape.name] ?? [];
        const present = shape.columns.filter(({ name }) => columns.includes(name));
        return present.length === 0 ? [] : [[shape.name, statement(shape, present)]];
      }),
    );
  }

  /** @throws BulkheadError `archive_broken` when the database does not take the rows before it */
  async add(table: string, row: ArchivedRow): Promise<void> {
    if (table !== this.#table) {
      await this.flush();
      this.#table = table;
    }
    this.#batch.push(row);
    for (const column in row) this.#size += row[column]?.length ?? 4;
    if (this.#batch.length >= BATCH_ROWS || this.#size >= BATCH_SIZE) await this.#send();
  }

  /** Resolves when all rows are in. @throws BulkheadError `archive_broken` */
  async flush(): Promise<void> {
    await this.#send();
    await this.#underWay;
  }

  async #send(): Promise<void> {
    await this.#underWay;
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    this.#size = 0;
    this.#underWay = this.#insert(batch);
    // Whoever comes next is told.
    this.#underWay.catch(() => undefined);
  }

  async #insert(batch: readonly ArchivedRow[]): Promise<void> {
    const found = this.#statements.get(this.#table);
    if (found === undefined) throw archiveBroken(`it holds a table that is not known, ${this.#table}`);
    await this.#client
      .query({ name: `import-${this.#table}`, text: found, values: [JSON.stringify(batch)] })
      .catch((error: unknown) => {
        // Classes 22 and 23: a value that is none of its type, a row that breaks a rule of its table.
        const refused = error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '');
        throw refused
          ? archiveBroken(`a row of "${this.#table}" is not valid (${error.message})`, error)
          : error;
      });
  }
}

/** Every value comes as text; its column's type reads it. */
function statement(table: TableShape, columns: readonly Column[]): string {
  const name = pg.escapeIdentifier;
  const list = columns.map((column) => name(column.name));
  const typed = columns.map(({ name: column, type }) =>
    type === 'bytea' ? `decode(r.${name(column)}, 'base64')` : `r.${name(column)}::${type}`,
  );
  const isSeeded = ARCHIVED_TABLES.some((known) => known.name === table.name && known.seeded);
  const replace = isSeeded
    ? `ON CONFLICT (${table.key.map(name).join(', ')}) DO UPDATE SET ${list.map((each) => `${each} = EXCLUDED.${each}`).join(', ')}`
    : '';
  return `INSERT INTO ${name(table.name)} (${list.join(', ')}) OVERRIDING SYSTEM VALUE
    SELECT ${typed.join(', ')}
    FROM json_to_recordset($1::json) AS r(${list.map((each) => `${each} text`).join(', ')}) ${replace}`;
}
