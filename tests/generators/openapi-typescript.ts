import createClient from "openapi-fetch";
import type { paths } from "./generated/openapi-typescript";
import { headers, play, url } from "./scenario";

const api = createClient<paths>({ baseUrl: url, headers });

void play({
  reset: async () => (await api.POST("/_emulator/reset")).response.status,
  takeSnapshot: async (name) =>
    (await api.POST("/_emulator/snapshots/{snapshot_name}", { params: { path: { snapshot_name: name } } })).response.status,
  restoreSnapshot: async (name) =>
    (await api.POST("/_emulator/snapshots/{snapshot_name}/restore", { params: { path: { snapshot_name: name } } })).response.status,
  addFault: async (operation, status) =>
    (await api.POST("/_emulator/faults", { body: { operation, times: 1, effect: { status } } })).response.status,
  cancel: async (run) =>
    (await api.POST("/v1/flows/runs/{flow_run_uid}/cancel", { params: { path: { flow_run_uid: run } } })).response.status,
  wait: async (run, status) =>
    (await api.GET("/_emulator/wait", { params: { query: { run, status: [status] } } })).data?.run?.status,
});
