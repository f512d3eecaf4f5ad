/* Times, spans and uids as text. Instants are as the API prints them; spans are milliseconds. */

const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR, YEAR = 365.25 * DAY;

/* of a span: up to what, the large unit and the small one; 0 is no small unit */
const SPANS = [
  [HOUR, 'min', MINUTE, 's', SECOND],
  [DAY, 'h', HOUR, 'min', MINUTE],
  [60 * DAY, 'd', DAY, 'h', HOUR],
  [2 * YEAR, 'd', DAY],
  [Infinity, 'years', YEAR],
];

export function span(ms) {
  const sign = ms < 0 ? '−' : '';
  const size = Math.abs(ms);
  if (size < SECOND) return `${sign}${Math.round(size)} ms`;
  if (size < MINUTE) return `${sign}${Number((size / SECOND).toFixed(1))} s`;
  const [, large, by, small, rest] = SPANS.find(row => size < row[0]);
  const some = small ? Math.floor((size % by) / rest) : 0;
  return `${sign}${Math.floor(size / by)} ${large}${some ? ` ${some} ${small}` : ''}`;
}

/* A span to whole seconds, so that it does not flicker. */
export const age = ms => (ms < SECOND ? '0 s' : span(ms < MINUTE ? Math.round(ms / SECOND) * SECOND : ms < HOUR ? Math.floor(ms / MINUTE) * MINUTE : ms));

export const time = instant => instant.slice(11, 23);
export const day = instant => instant.slice(0, 10);

export const short = uid => (uid.length > 16 ? `${uid.slice(0, 8)}…${uid.slice(-4)}` : uid);
export const tiny = uid => `${uid.slice(0, 4)}…${uid.slice(-4)}`;
export const count = (n, one, more = `${one}s`) => `${n} ${n === 1 ? one : more}`;
export const bytes = n => (n < 10000 ? count(n, 'byte') : `${Math.round(n / 1024)} KiB`);
export const duration = us => (us < 1000 ? `${us} µs` : us < 1e6 ? `${Number((us / 1000).toFixed(1))} ms` : span(us / 1000));

const quote = text => `'${text.replaceAll("'", "'\\''")}'`;
export const curlOf = (path, body) => `curl -H 'X-API-Key: me' --json ${quote(body)} \\\n  ${quote(location.origin + path)}`;
