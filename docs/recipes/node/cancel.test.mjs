// node:test: run it with node --test
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startEmulator } from "./emulator.cjs";

const emulator = await startEmulator();
after(() => emulator.stop());

const RUN = "3c90c3cc-0d44-4b50-8888-8dd25736052a"; // RUNNING in the fixture demo

// Your client stands here.
function cancel(edges, run) {
  return fetch(`${edges.baseUrl}/flows/runs/${run}/cancel`, { method: "POST", headers: edges.headers });
}

test("cancels a run", async (t) => {
  const edges = emulator.workspace({ label: t.name });
  const reply = await cancel(edges, RUN);
  assert.equal((await reply.json()).status, "STOPPED");
  assert.equal((await cancel(edges, RUN)).status, 422);
});

test("starts a flow and sees it succeed, without waiting", async (t) => {
  const edges = emulator.workspace({ label: t.name });
  await edges.freeze("2026-01-01T00:00:00Z");
  const run = await edges.call("POST", "/v1/flows/linkedin-people-enrich/run/async", { inputs: [{}] });
  await edges.advance("1m");
  assert.equal((await edges.call("GET", `/v1/flows/runs/${run.uid}`)).status, "SUCCEEDED");
});

test("starts a flow of its own", async (t) => {
  const edges = emulator.workspace({ label: t.name });
  await edges.freeze();
  await edges.putFlow("mine", { plan: [{ after_ms: 100, event: "START" }, { after_ms: 500, event: "FAIL" }] });
  const run = await edges.call("POST", "/v1/flows/mine/run/async", { inputs: [{}] });
  await edges.advance(600);
  assert.equal((await edges.call("GET", `/v1/flows/runs/${run.uid}`)).status, "FAILED");
});

test("survives an error", async (t) => {
  const edges = emulator.workspace({ label: t.name });
  await edges.fault({ status: 503 }, { operation: "cancelFlowRun", times: 1 });
  assert.equal((await cancel(edges, RUN)).status, 503);
  assert.equal((await cancel(edges, RUN)).status, 200);
  assert.deepEqual((await edges.journal()).map((each) => each.status), [503, 200]);
});

test("waits until the client has cancelled", async (t) => {
  const edges = emulator.workspace({ label: t.name });
  const { uid } = await edges.createRun({ status: "QUEUED" });
  const [, done] = await Promise.all([edges.wait({ run: uid, status: ["STOPPED", "SUCCEEDED"] }), cancel(edges, uid)]);
  assert.equal(done.status, 200);
});

test("says what went wrong", async (t) => {
  const edges = emulator.workspace({ label: t.name });
  await edges.call("POST", `/v1/flows/runs/${RUN}/cancel`);
  await assert.rejects(edges.call("POST", `/v1/flows/runs/${RUN}/cancel`), /422 .*run is STOPPED/);
});
