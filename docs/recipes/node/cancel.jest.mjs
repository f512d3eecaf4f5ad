// Jest: run it with node --experimental-vm-modules node_modules/jest/bin/jest.js
import { startEmulator } from "./emulator.cjs";

const emulator = await startEmulator();
afterAll(() => emulator.stop()); // nothing, when globalSetup has started it

// Your client stands here.
function cancel(edges, run) {
  return fetch(`${edges.baseUrl}/flows/runs/${run}/cancel`, { method: "POST", headers: edges.headers });
}

test("cancels a run", async () => {
  const edges = emulator.workspace();
  const run = await edges.createRun({ status: "RUNNING" });
  expect(await (await cancel(edges, run.uid)).json()).toMatchObject({ uid: run.uid, status: "STOPPED" });
});

test("is told that a run has ended", async () => {
  const edges = emulator.workspace();
  const run = await edges.createRun({ status: "SUCCEEDED" });
  expect((await cancel(edges, run.uid)).status).toBe(422);
});
