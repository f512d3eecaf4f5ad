// node:test: a callback whose first attempt fails, without sleeping
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { startEmulator } from "./emulator.cjs";

const emulator = await startEmulator();
after(() => emulator.stop());

// By what name the emulator reaches this test. For one in a container, set RECEIVER_HOST=host.docker.internal.
const host = process.env.RECEIVER_HOST ?? "127.0.0.1";

/** Answers with these statuses, then with 200. `bodies` has what came. */
async function startReceiver(...answers) {
  const bodies = [];
  const server = createServer(async (request, reply) => {
    let body = "";
    for await (const piece of request) body += piece;
    bodies.push(JSON.parse(body));
    reply.writeHead(answers.shift() ?? 200).end();
  }).listen(0, host === "127.0.0.1" ? host : "0.0.0.0");
  await once(server, "listening");
  return { bodies, url: `http://${host}:${server.address().port}/hook`, stop: () => server.closeAllConnections() ?? server.close() };
}

test("a callback that failed is sent again", async (t) => {
  const receiver = await startReceiver(503);
  t.after(receiver.stop);
  const edges = emulator.workspace({ label: t.name });
  await edges.freeze("2026-01-01T00:00:00Z");
  const start = { inputs: [{}], callback: { url: receiver.url, on: "final" } };
  const { uid: run } = await edges.call("POST", "/v1/flows/linkedin-people-enrich/run/async", start);

  await edges.advance("2s"); // the run ends, and the callback is sent: advance() does not wait for the receiver
  await edges.wait({ run, attempts: 1 });
  await edges.advance("5s"); // the second attempt is due
  await edges.wait({ run, callback: "SUCCESS" });

  const [first, second] = receiver.bodies;
  assert.deepEqual(first, second);
  assert.equal(second.flow_run.status, "SUCCEEDED");
});
