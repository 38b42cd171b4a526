const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/**
 * What the clock on a zone's wall shows: minutes since Monday 00:00 there. In the night in which summer time ends
 * the same minutes come twice, in the night in which it begins some never come.
 *
 * @param zone an IANA name, or an offset such as `+02:00`
 * @returns a function of milliseconds since the epoch; undefined when there is no such zone
 * @example
 * wallClock('Europe/Madrid')?.(Date.parse('2026-01-12T23:30:00Z')); // 1470: Tuesday, 00:30
 */
export function wallClock(zone: string): ((now: number) => number) | undefined {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      weekday: 'short',
      hour: 'numeric',
      minute: 'numeric',
    });
  } catch {
    return undefined;
  }
  return (now) => {
    const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
    return (
      DAYS.indexOf(parts.get('weekday') ?? '') * 1_440 +
      Number(parts.get('hour')) * 60 +
      Number(parts.get('minute'))
    );
  };
}
