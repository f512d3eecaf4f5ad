// Vitest: a callback whose first attempt fails, without sleeping
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { startEmulator } from "./emulator.cjs";

const emulator = await startEmulator();

// By what name the emulator reaches this test. For one in a container, set RECEIVER_HOST=host.docker.internal.
const host = process.env.RECEIVER_HOST ?? "127.0.0.1";

test("a callback that failed is sent again", async ({ task }) => {
  const bodies: string[] = [];
  const receiver = createServer(async (request, reply) => {
    let body = "";
    for await (const piece of request) body += piece;
    reply.writeHead(bodies.push(body) === 1 ? 503 : 200).end();
  }).listen(0, host === "127.0.0.1" ? host : "0.0.0.0");
  await once(receiver, "listening");
  onTestFinished(() => { receiver.close(); receiver.closeAllConnections(); });

  const edges = emulator.workspace({ label: task.name });
  await edges.freeze("2026-01-01T00:00:00Z");
  const url = `http://${host}:${(receiver.address() as AddressInfo).port}/hook`;
  const { uid: run } = await edges.call("POST", "/v1/flows/linkedin-people-enrich/run/async", { inputs: [{}], callback: { url, on: "final" } });

  const fired = await edges.advance("2s"); // the run ends, and the callback is sent: advance() does not wait for the receiver
  expect(fired.at(-1)).toMatchObject({ run, event: "FINISH", status: "SUCCEEDED" });
  await edges.wait({ run, attempts: 1 });
  await edges.advance("5s"); // the second attempt is due
  await edges.wait({ run, callback: "SUCCESS" });

  expect(bodies).toHaveLength(2);
  expect(bodies[0]).toBe(bodies[1]);
  expect(JSON.parse(bodies[1])).toMatchObject({ flow_run: { status: "SUCCEEDED" } });
});
