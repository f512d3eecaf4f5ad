/** Types of emulator.mjs. */
export interface StartOptions {
  /** The program; else the variable EDGES_PROGRAM, else edges-emulator in the PATH. */
  program?: string;
  /** Further options of the program, such as ["--fixture", "world.json"]. */
  args?: string[];
}

export type RunStatus =
  | "CREATED" | "INVALID" | "QUEUED" | "SCHEDULED" | "BLOCKED" | "STOPPED" | "RUNNING" | "FAILED" | "PARTIAL_SUCCEEDED" | "SUCCEEDED";

export interface Run {
  uid: string;
  status: RunStatus;
  output_count: number;
  [field: string]: unknown;
}

/** One effect; delay_ms may be combined with any other. */
export interface Effect {
  status?: number;
  label?: string;
  delay_ms?: number;
  reset?: true;
  reset_after_commit?: true;
  empty?: true;
  truncate?: number;
  wrong_length?: number;
  bytes_per_second?: number;
}

export interface FaultRule {
  operation?: string;
  run?: string;
  nth?: number;
  every?: number;
  probability?: number;
  times?: number;
}

export interface JournalEntry {
  request_id: string;
  operation: string | null;
  method: string;
  path: string;
  status: number;
  [field: string]: unknown;
}

export class Workspace {
  constructor(url: string, key: string, label?: string);
  readonly url: string;
  readonly baseUrl: string;
  readonly key: string;
  readonly headers: { "X-API-Key": string; "Emulator-Label"?: string };
  call<T = any>(method: string, path: string, body?: unknown): Promise<T>;
  freeze(now?: string): Promise<{ mode: string; now: string }>;
  advance(by: string | number): Promise<Record<string, unknown>[]>;
  fault(effect: Effect, rule?: FaultRule): Promise<{ id: string; [field: string]: unknown }>;
  wait(condition: Record<string, string>): Promise<any>;
  journal(filter?: Record<string, string>): Promise<JournalEntry[]>;
  createRun(run: { status: RunStatus; [field: string]: unknown }): Promise<Run>;
  reset(start?: { clock?: string; fixture?: string }): Promise<{ workspace_uid: string; now: string; runs: number }>;
}

export class Emulator {
  constructor(url: string, stop?: () => Promise<void>);
  readonly url: string;
  /** The label, such as the name of the test, names the workspace on the page. */
  workspace(options?: { key?: string; label?: string }): Workspace;
  stop(): Promise<void>;
}

export function startEmulator(options?: StartOptions): Promise<Emulator>;
