import { client } from "./generated/hey-api/client.gen";
import { addFault, cancelFlowRun, resetWorkspace, restoreSnapshot, takeSnapshot, wait } from "./generated/hey-api";
import { headers, play, url } from "./scenario";

client.setConfig({ baseUrl: url, headers });

void play({
  reset: async () => (await resetWorkspace()).response.status,
  takeSnapshot: async (name) => (await takeSnapshot({ path: { snapshot_name: name } })).response.status,
  restoreSnapshot: async (name) => (await restoreSnapshot({ path: { snapshot_name: name } })).response.status,
  addFault: async (operation, status) => (await addFault({ body: { operation, times: 1, effect: { status } } })).response.status,
  cancel: async (run) => (await cancelFlowRun({ path: { flow_run_uid: run } })).response.status,
  wait: async (run, status) => (await wait({ query: { run, status: [status] } })).data?.run?.status,
});
