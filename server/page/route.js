/* Where one is, as the hash of the address:
 *
 *   #/w/WORKSPACE/VIEW?QUERY   #/w/WORKSPACE/VIEW/ID   #/requests/ID (its workspace is looked for)   nothing (the
 *   workspace used last)
 *
 * Others write these links down, such as the emulator in the header Link of an error: they stay as they are. */

function decode(part) {
  try { return decodeURIComponent(part); } catch { return part; }
}

export function readRoute(hash = location.hash) {
  const [path, search] = hash.replace(/^#\/?/, '').split('?');
  const parts = path.split('/').map(decode);
  const workspace = parts[0] === 'w' ? parts.splice(0, 2)[1] : null;
  return {workspace, view: parts[0] || 'runs', id: parts[1] || null, query: new URLSearchParams(search || '')};
}

export function link(workspace, view, id, query) {
  const search = new URLSearchParams(query || {}).toString();
  return `#/w/${workspace}/${view}${id ? `/${encodeURIComponent(id)}` : ''}${search ? `?${search}` : ''}`;
}
