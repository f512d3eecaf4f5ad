// Testcontainers for Node: run it with node --test. IMAGE is the image, built from this repository.
// Each of the three waits works. Wait.forListeningPorts() does not: the image has no shell.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { GenericContainer, Wait } from "testcontainers";

const IMAGE = process.env.IMAGE ?? "edges-emulator";
const RUN = "3c90c3cc-0d44-4b50-8888-8dd25736052a";

const waits = {
  "for HTTP": () => Wait.forHttp("/_emulator/health", 3343),
  "for the line Ready.": () => Wait.forLogMessage("Ready."),
  "for the HEALTHCHECK": () => Wait.forHealthCheck(),
};

for (const [name, wait] of Object.entries(waits)) {
  test(`waits ${name}, then cancels a run`, async () => {
    const container = await new GenericContainer(IMAGE)
      .withExposedPorts(3343)
      .withWaitStrategy(wait())
      .start();
    try {
      const url = `http://${container.getHost()}:${container.getMappedPort(3343)}`;
      const reply = await fetch(`${url}/v1/flows/runs/${RUN}/cancel`, {
        method: "POST",
        headers: { "X-API-Key": "any", "Content-Type": "application/json" },
      });
      assert.equal(reply.status, 200);
      assert.equal((await reply.json()).status, "STOPPED");
    } finally {
      await container.stop();
    }
  });
}

test("sends a callback to this test", async () => {
  const receiver = createServer((request, reply) => reply.end()).listen(0, "0.0.0.0");
  await once(receiver, "listening");
  const container = await new GenericContainer(IMAGE)
    .withExposedPorts(3343)
    .withExtraHosts([{ host: "host.docker.internal", ipAddress: "host-gateway" }])
    .withCommand(["--clock", "frozen"])
    .withWaitStrategy(waits["for HTTP"]())
    .start();
  try {
    const url = `http://${container.getHost()}:${container.getMappedPort(3343)}`;
    const headers = { "X-API-Key": "any", "Content-Type": "application/json" };
    const post = (path, body) => fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
    const hook = `http://host.docker.internal:${receiver.address().port}/hook`;
    await post("/v1/flows/linkedin-people-enrich/run/async", { inputs: [{}], callback: { url: hook, on: "final" } });
    const called = once(receiver, "request", { signal: AbortSignal.timeout(10_000) });
    await post("/_emulator/clock/advance", { by: "2s" });
    assert.equal((await called)[0].url, "/hook");
  } finally {
    await container.stop();
    receiver.closeAllConnections();
    receiver.close();
  }
});
