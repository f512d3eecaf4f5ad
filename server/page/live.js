/* Tells what has changed: from the stream of the worker, or without SharedWorker from one of this tab's own, which is
 * closed while the tab is hidden. */
import {openStream} from './stream.js';

const WORKER = new URL('./worker.js', import.meta.url).pathname;

/* The only use of the policy `page`: the constant address of the worker's script. */
function workerAddress() {
  if (!self.trustedTypes) return WORKER;
  return trustedTypes.createPolicy('page', {createScriptURL: () => WORKER}).createScriptURL('');
}

function connectWorker(tell) {
  const {port} = new SharedWorker(workerAddress(), {type: 'module', name: 'edges-emulator'});
  let wanted = null;
  port.onmessage = event => tell(event.data);
  addEventListener('pagehide', () => port.postMessage({}));
  addEventListener('pageshow', event => event.persisted && wanted && port.postMessage({headers: wanted}));
  return headers => {
    wanted = headers;
    port.postMessage({headers});
  };
}

function connectTab(tell) {
  let wanted = null, close = null;
  const change = () => {
    close?.();
    close = wanted && !document.hidden ? openStream(wanted, tell) : null;
  };
  document.addEventListener('visibilitychange', change);
  return headers => {
    wanted = headers;
    change();
  };
}

/* Returns what names the workspace to follow; null: none. */
export const connectLive = tell => (self.SharedWorker ? connectWorker(tell) : connectTab(tell));
