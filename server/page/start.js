/* The form that starts a run of a flow. */
import {call, get} from './api.js';
import {h} from './dom.js';
import {short} from './format.js';
import {act, closeDialog, here, openDialog} from './page.js';
import {field, form, submit} from './parts.js';

const ADA = '[{"linkedin_profile_url": "https://www.linkedin.com/in/ada-lovelace"}]';

async function startRun({flow, inputs, url}) {
  const body = {callback: url.value ? {url: url.value} : undefined};
  try { body.inputs = JSON.parse(inputs.value); } catch (error) { return `The inputs are not JSON: ${error.message}`; }
  const {json} = await call('POST', `/v1/flows/${encodeURIComponent(flow.value)}/run/async`, body);
  closeDialog();
  location.hash = here('runs', json.uid);
  return `Started ${short(json.uid)}`;
}

export async function openStart() {
  const flows = await get('flows').catch(() => []);
  openDialog('Start a run', () => form('form', elements => act(() => startRun(elements)),
  field('Flow', h('select', {name: 'flow'}, flows.map(flow => h('option', {value: flow.slug}, flow.name ? `${flow.slug}: ${flow.name}` : flow.slug)))),
  field('Inputs', h('textarea', {name: 'inputs', rows: 6, spellcheck: 'false', value: ADA})),
  field('Callback URL', h('input', {name: 'url', type: 'url', placeholder: 'none'})),
  submit('Start the run', 'primary')));
}
