/* Reads GET /_emulator/events by fetch, which can send a header where EventSource cannot. */

const SILENT_MS = 40000; // the server sends a comment every 15 s
const FIRST_WAIT_MS = 250, LONGEST_WAIT_MS = 2000;

export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

async function read(reply, abort, tell) {
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const silence = setTimeout(() => abort.abort(), SILENT_MS);
    const {done, value} = await reader.read().finally(() => clearTimeout(silence));
    if (done) return;
    text += value;
    const end = text.lastIndexOf('\n') + 1; // the data of an event is one line
    for (const [, data] of text.slice(0, end).matchAll(/^data:(.*)$/gm)) tell({versions: JSON.parse(data)});
    text = text.slice(end);
  }
}

/* Stays connected until it is closed. `tell` gets {state: 'live'}, {versions}, {state: 'reconnecting'}, and
 * {state: 'refused'} once the workspace is gone or the key is not known; then it ends. */
export function openStream(headers, tell) {
  const abort = {now: null, closed: false};

  async function run() {
    for (let wait = FIRST_WAIT_MS; !abort.closed; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      abort.now = new AbortController();
      try {
        const reply = await fetch('/_emulator/events', {headers, cache: 'no-store', signal: abort.now.signal});
        if (reply.status === 401) return tell({state: 'refused'});
        if (reply.ok) {
          tell({state: 'live'});
          wait = FIRST_WAIT_MS;
          await read(reply, abort.now, tell);
        }
      } catch { /* it ended: connect again */ }
      if (abort.closed) return;
      tell({state: 'reconnecting'});
      await sleep(wait);
    }
  }

  run();
  return () => {
    abort.closed = true;
    abort.now?.abort();
  };
}
