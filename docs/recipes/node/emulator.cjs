// Tests against edges-emulator: one server for a test run, a workspace of its own for each test.
//
//   const emulator = await startEmulator();   // once
//   const edges = emulator.workspace({ label: t.name }); // in each test: a new key, so nothing is shared
//   const client = new YourClient({ baseUrl: edges.baseUrl, apiKey: edges.key });
//
// With EDGES_EMULATOR_URL set, it uses the server that runs there. Otherwise it starts the program:
// options.program, or the variable EDGES_PROGRAM, or edges-emulator in the PATH.
//
// Both module systems take this file: const { startEmulator } = require("./emulator.cjs"), or
// import { startEmulator } from "./emulator.cjs". No dependencies; Node 18 or later.
"use strict";
const { spawn } = require("node:child_process");
const { randomUUID } = require("node:crypto");

async function startEmulator({ program = process.env.EDGES_PROGRAM ?? "edges-emulator", args = [] } = {}) {
  const running = process.env.EDGES_EMULATOR_URL;
  if (running) {
    const url = running.replace(/(\/v1)?\/*$/, "");
    await fetch(`${url}/_emulator/health`).then((reply) => {
      if (!reply.ok) throw new Error(`it answers ${reply.status}`);
    }).catch((error) => {
      throw new Error(`no emulator answers at EDGES_EMULATOR_URL=${running}: ${error.cause?.message ?? error.message}; start one there, or unset it`);
    });
    if (args.length) process.emitWarning("args are not used, because EDGES_EMULATOR_URL is set: start that server with them");
    return new Emulator(url);
  }

  // The keys and settings of the developer (EDGES_...) are not for this server.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("EDGES_")));
  const child = spawn(program, ["--port", "0", "--log-level", "error", "--stop-with-stdin", ...args],
    { env, stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const url = await new Promise((resolve, reject) => {
    let said = "";
    child.once("error", (error) => reject(new Error(`cannot start ${program}: ${error.message}; set EDGES_PROGRAM to its absolute path, or EDGES_EMULATOR_URL`)));
    child.once("exit", (status) => reject(new Error(`${program} ended with exit status ${status} before it was ready`)));
    child.stdout.on("data", (piece) => { // read on to the end, so that the pipe never fills
      said += piece;
      if (/^Ready\.$/m.test(said)) resolve(/listening on (\S+)/.exec(said)[1]);
    });
  });
  const kill = () => child.kill();
  process.once("exit", kill);
  child.unref(); // a forgotten stop() does not keep the test run from ending
  child.stdin.unref();
  child.stdout.unref();
  return new Emulator(url, async () => {
    process.off("exit", kill);
    child.ref();
    child.kill();
    await ended;
  });
}

/** The members as a query; a list becomes several of one name. */
function query(members) {
  return new URLSearchParams(Object.entries(members).flatMap(([name, value]) => [value].flat().map((each) => [name, each])));
}

class Emulator {
  constructor(url, stop = async () => {}) {
    this.url = url;
    this.stop = stop;
  }

  /** A workspace, by default with a new key. The label names it on the page; Jest tells the name of its test itself. */
  workspace({ key = randomUUID(), label = globalThis.expect?.getState?.().currentTestName } = {}) {
    return new Workspace(this.url, key, label);
  }
}

class Workspace {
  constructor(url, key, label) {
    this.url = url; // of a generated client, whose paths begin with /v1
    this.baseUrl = `${url}/v1`;
    this.key = key;
    this.headers = { "X-API-Key": key };
    if (label) this.headers["Emulator-Label"] = label.replace(/[^ -~]/g, "?");
  }

  /** A call of the control API or of the API: its JSON. An error throws what went wrong, with the hint. */
  async call(method, path, body) {
    const headers = body === undefined ? this.headers : { ...this.headers, "Content-Type": "application/json" };
    const reply = await fetch(this.url + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await reply.text();
    let json = {};
    try {
      json = JSON.parse(text);
      if (reply.ok) return json;
    } catch {} // a fault may have a body that is no JSON
    const hint = reply.headers.get("Emulator-Hint");
    throw new Error(`${method} ${path}: ${reply.status} ${json?.message ?? text.slice(0, 200)}${hint ? ` (${hint})` : ""}`);
  }

  /** Freezes the clock at an instant, or where it is. */
  freeze(now) {
    return this.call("PUT", "/_emulator/clock", { mode: "frozen", ...(now && { now }) });
  }

  /** Advances the frozen clock by "1h" or milliseconds, or advance({ to: "next" }), and tells what happened. */
  async advance(by) {
    return (await this.call("POST", "/_emulator/clock/advance", by?.to ? by : { by })).fired;
  }

  /** Adds a fault rule: fault({ status: 503 }, { operation: "cancelFlowRun", times: 1 }). */
  fault(effect, rule = {}) {
    return this.call("POST", "/_emulator/faults", { ...rule, effect });
  }

  /** Waits, at most 5 s: wait({ run, status: "STOPPED" }), wait({ run, callback: "SUCCESS" }), wait({ idle: true }). */
  wait(condition) {
    return this.call("GET", `/_emulator/wait?${query({ timeout: "5s", ...condition })}`);
  }

  /** The requests that came, oldest first: journal({ operation: "cancelFlowRun" }). */
  journal(filter = {}) {
    return this.call("GET", `/_emulator/journal?${query(filter)}`);
  }

  /** The callbacks of runs, oldest first, with their attempts: callbacks({ run }). */
  callbacks(filter = {}) {
    return this.call("GET", `/_emulator/callbacks?${query(filter)}`);
  }

  /** Makes or replaces a flow: putFlow("mine", { plan: [{ after_ms: 500, event: "FINISH" }] }). */
  putFlow(slug, flow) {
    return this.call("PUT", `/_emulator/flows/${slug}`, flow);
  }

  /** Makes a run: createRun({ status: "RUNNING" }). */
  createRun(run) {
    return this.call("POST", "/_emulator/runs", run);
  }

  /** Back to the start: reset({ fixture: "empty", clock: "2026-01-01T00:00:00Z" }). */
  reset(start) {
    return this.call("POST", "/_emulator/reset", start);
  }
}

module.exports = { startEmulator, Emulator, Workspace };
