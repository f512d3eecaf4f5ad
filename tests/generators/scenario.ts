/* What each generated client is driven through: reset, snapshots, faults and waits. */
declare const process: { env: Record<string, string | undefined>; exitCode: number };

export const url = process.env.EDGES_EMULATOR_URL ?? "";
export const key = process.env.EDGES_API_KEY ?? "";
export const headers = { "X-API-Key": key };

const run = "3c90c3cc-0d44-4b50-8888-8dd25736052a";

export interface Client {
  reset(): Promise<number>; // each gives the status of the reply
  takeSnapshot(name: string): Promise<number>;
  restoreSnapshot(name: string): Promise<number>;
  addFault(operation: "cancelFlowRun", status: number): Promise<number>;
  cancel(run: string): Promise<number>;
  wait(run: string, status: "RUNNING" | "STOPPED"): Promise<string | undefined>; // the status of the run
}

function equal(what: string, found: unknown, wanted: unknown): void {
  if (found !== wanted) throw new Error(`${what}: ${found}, not ${wanted}`);
}

export async function play(client: Client): Promise<void> {
  equal("reset", await client.reset(), 200);
  equal("take a snapshot", await client.takeSnapshot("before"), 201);
  equal("cancel", await client.cancel(run), 200);
  equal("wait for the cancel", await client.wait(run, "STOPPED"), "STOPPED");
  equal("restore", await client.restoreSnapshot("before"), 200);
  equal("wait for the run of before", await client.wait(run, "RUNNING"), "RUNNING");
  equal("add a fault", await client.addFault("cancelFlowRun", 503), 201);
  equal("cancel into the fault", await client.cancel(run), 503);
  equal("cancel after it", await client.cancel(run), 200);
}
