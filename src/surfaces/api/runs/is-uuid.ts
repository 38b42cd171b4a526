const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Whether text has the form of a UUID: what has not names nothing, and the database need not be asked. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
