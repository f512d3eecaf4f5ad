// Vitest: run it with npx vitest run
import { expect, test } from "vitest";
import { startEmulator, type Workspace } from "./emulator.cjs";

const emulator = await startEmulator();

// Your client stands here.
function cancel(edges: Workspace, run: string) {
  return fetch(`${edges.baseUrl}/flows/runs/${run}/cancel`, { method: "POST", headers: edges.headers });
}

test.concurrent("cancels a run", async ({ task }) => {
  const edges = emulator.workspace({ label: task.name });
  const run = await edges.createRun({ status: "RUNNING" });
  expect(await (await cancel(edges, run.uid)).json()).toMatchObject({ uid: run.uid, status: "STOPPED" });
});

test.concurrent("is told that a run has ended", async ({ task }) => {
  const edges = emulator.workspace({ label: task.name });
  const run = await edges.createRun({ status: "SUCCEEDED" });
  expect((await cancel(edges, run.uid)).status).toBe(422);
});
