/* Where the page starts: the views by their names in the address. */
import * as assumptions from './assumptions.js';
import * as callbacks from './callbacks.js';
import * as coverage from './coverage.js';
import {patch} from './dom.js';
import * as faults from './faults.js';
import {listenToKeys} from './keys.js';
import {start} from './page.js';
import * as requests from './requests.js';
import * as run from './run.js';
import * as runs from './runs.js';
import * as schedules from './schedules.js';
import {describePage} from './shell.js';
import * as states from './states.js';

/* A view is a module: name, areas (of the stream: which changes concern it), title(route), load(route, before) and
 * show(data, route), whose data is null until they are loaded. */
const VIEWS = {runs, schedules, callbacks, requests, faults, states, assumptions, coverage};

function viewOf(route) {
  return route.view === 'runs' && route.id ? run : VIEWS[route.view] || runs;
}

listenToKeys();
start({viewOf, show: () => patch(document.body, describePage())});
