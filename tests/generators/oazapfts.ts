import * as api from "./generated/oazapfts";
import { headers, play, url } from "./scenario";

api.defaults.baseUrl = url;
api.defaults.headers = headers;

void play({
  reset: async () => (await api.resetWorkspace()).status,
  takeSnapshot: async (name) => (await api.takeSnapshot(name)).status,
  restoreSnapshot: async (name) => (await api.restoreSnapshot(name)).status,
  addFault: async (operation, status) => (await api.addFault({ operation, times: 1, effect: { status } })).status,
  cancel: async (run) => (await api.cancelFlowRun(run)).status,
  wait: async (run, status) => {
    const { data } = await api.wait({ run, status: [status] });
    return "run" in data ? data.run?.status : undefined;
  },
});
