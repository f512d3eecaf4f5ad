/* Calls of the emulator. Its errors are thrown as Problem. */

const KEY = 'edges-emulator-key';

/* Who calls: a workspace by its uid, or with --api-key a key, kept for this tab alone. */
export const access = {workspace: null, key: sessionStorage.getItem(KEY)};

export function rememberKey(key) {
  access.key = key;
  sessionStorage.setItem(KEY, key);
}

export function accessHeaders() {
  if (access.key) return {'X-API-Key': access.key};
  return access.workspace ? {'Emulator-Workspace': access.workspace} : {};
}

export class Problem extends Error {
  constructor(status, body, headers) {
    super(body?.message || (status ? `the emulator answered ${status}` : 'the emulator does not answer'));
    this.status = status;
    this.hint = headers?.get('Emulator-Hint');
  }
}

/* An error response of the API is a reply too. */
export async function send(method, path, body, headers = {}) {
  const init = {method, headers: {...accessHeaders(), ...headers}, cache: 'no-store'};
  if (body !== undefined && body !== null) {
    init.body = typeof body === 'string' ? body : JSON.stringify(body);
    init.headers['Content-Type'] ||= 'application/json';
  }
  const reply = await fetch(path, init).catch(() => { throw new Problem(0); });
  return {status: reply.status, json: await reply.json().catch(() => null), headers: reply.headers};
}

export async function call(method, path, body) {
  const reply = await send(method, path, body);
  if (reply.status >= 300) throw new Problem(reply.status, reply.json, reply.headers);
  return reply;
}

export const get = async path => (await call('GET', `/_emulator/${path}`)).json;
export const post = async (path, body) => (await call('POST', `/_emulator/${path}`, body)).json;
export const put = async (path, body) => (await call('PUT', `/_emulator/${path}`, body)).json;
export const remove = path => call('DELETE', `/_emulator/${path}`);

export async function list(path) {
  const {json, headers} = await call('GET', `/_emulator/${path}`);
  return {rows: json, total: Number(headers.get('X-Total-Count') ?? json.length)};
}

export const keyOf = row => row.uid || row.number;

const PAGE = 200;
const MOST = 1000; // that one call gives

/* The newest rows first: as many as are shown, at least a page. Those behind them stay. */
export async function newest(path, members, shown = []) {
  const {rows, total} = await list(`${path}?${query({limit: Math.min(MOST, Math.max(PAGE, shown.length)), ...members})}`);
  if (path === 'journal') rows.reverse();
  const last = rows.length ? shown.findIndex(row => keyOf(row) === keyOf(rows.at(-1))) : -1;
  return {total, rows: last < 0 ? rows : [...rows, ...shown.slice(last + 1)]};
}

export function query(members) {
  const pairs = Object.entries(members).flatMap(([name, value]) => [value].flat().map(each => [name, each]));
  return new URLSearchParams(pairs.filter(([, value]) => value != null && value !== '')).toString();
}
