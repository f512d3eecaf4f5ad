/* Where the page starts: the views by their names in the address. */
import {patch} from './dom.js';
import {listenToKeys} from './keys.js';
import {start} from './page.js';
import {describePage} from './shell.js';

/* A view is a module: areas (of the stream, that concern it), load(route, before), show(data, route), whose data is null
 * until loaded, and title(route) where that is not the one in the side. */
const VIEWS = {
  runs: () => import('./runs.js'), run: () => import('./run.js'), schedules: () => import('./schedules.js'), callbacks: () => import('./callbacks.js'),
  requests: () => import('./requests.js'), faults: () => import('./faults.js'), states: () => import('./states.js'),
  assumptions: () => import('./assumptions.js'), coverage: () => import('./coverage.js'),
};

function viewOf({view, id}) {
  const name = view === 'runs' && id ? 'run' : view;
  return (VIEWS[name] || VIEWS.runs)();
}

listenToKeys();
await start({viewOf, show: () => patch(document.body, describePage())});
for (const load of Object.values(VIEWS)) load();
