import { BulkheadError } from '../../../contract/errors.ts';
import { ROLES, type Role } from '../../../contract/principal.ts';
import { type KeyDesk, withKeys } from '../../composition/manage-keys.ts';
import type { CommandContext } from '../command-context.ts';
import { showTable } from '../render/table.ts';
import { homeFolder } from '../settings.ts';

/** `bulkhead keys create`. @throws BulkheadError `unknown_role` */
export async function createKey(
  context: CommandContext,
  name: string,
  roles: readonly string[],
): Promise<void> {
  const known = roles.map(roleOf);
  const made = await onInstallation(context, (keys) => keys.create(name, known));
  context.answer({ ...made, name, roles: known }, () => `${made.key}\n`);
  context.remark(`It is shown this once. Use it as BULKHEAD_API_KEY; revoke it with its id, ${made.id}.`);
}

/** `bulkhead keys list`. */
export async function listKeys(context: CommandContext): Promise<void> {
  const keys = await onInstallation(context, (desk) => desk.list());
  context.answer({ keys }, () =>
    showTable(
      ['ID', 'NAME', 'ROLES', 'SINCE', 'REVOKED'],
      keys.map(({ id, name, roles, createdAt, revokedAt }) => [
        id,
        name,
        roles.join(', '),
        createdAt.toISOString(),
        revokedAt?.toISOString() ?? '',
      ]),
      context.terminal.columns,
    ),
  );
}

/** `bulkhead keys revoke`. */
export async function revokeKey(context: CommandContext, id: string): Promise<void> {
  await onInstallation(context, (keys) => keys.revoke(id));
  context.answer({ id, revoked: true }, () => `Key ${id} is revoked.\n`);
}

function onInstallation<Result>(
  context: CommandContext,
  work: (keys: KeyDesk) => Promise<Result>,
): Promise<Result> {
  const { environment, folder } = context.terminal;
  return withKeys({ environment, home: homeFolder(environment, folder) }, work);
}

function roleOf(text: string): Role {
  const role = ROLES.find((known) => known === text);
  if (role !== undefined) return role;
  throw new BulkheadError({
    code: 'unknown_role',
    message: `"${text}" is no role. Use one or more of ${ROLES.join(', ')}.`,
  });
}
