import * as api from "./generated/orval";
import { headers, play } from "./scenario";

void play({
  reset: async () => (await api.resetWorkspace(undefined, { headers })).status,
  takeSnapshot: async (name) => (await api.takeSnapshot(name, { headers })).status,
  restoreSnapshot: async (name) => (await api.restoreSnapshot(name, undefined, { headers })).status,
  addFault: async (operation, status) => (await api.addFault({ operation, times: 1, effect: { status } }, { headers })).status,
  cancel: async (run) => (await api.cancelFlowRun(run, { headers })).status,
  wait: async (run, status) => {
    const reply = await api.wait({ run, status: [status] }, { headers });
    return reply.status === 200 ? reply.data.run?.status : undefined;
  },
});
