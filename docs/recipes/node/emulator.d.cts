/** Types of emulator.cjs. */
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

/** One effect; delay_ms may be combined with any other. The last four are for callbacks. */
export interface Effect {
  /** Of the reply to a call; or of a callback, which is then not sent. */
  status?: number;
  label?: string;
  /** Seconds. */
  retry_after?: number;
  delay_ms?: number;
  reset?: true;
  reset_after_commit?: true;
  empty?: true;
  truncate?: number;
  wrong_length?: number;
  bytes_per_second?: number;
  /** Of a rule with the operation cancelFlowRun. */
  race?: "finish-wins" | "cancel-wins";
  duplicate?: number;
  drop?: true;
  hold_behind_next?: true;
  without_headers?: true;
}

export interface FaultRule {
  /** The rule is about attempts to deliver callbacks, not about calls. */
  callback?: true;
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
  /** Null: the connection was closed without a reply. */
  status: number | null;
  request: { method: string; path: string; [field: string]: unknown };
  [field: string]: unknown;
}

/** Members of a query. */
export type Query = Record<string, string | number | boolean>;

export class Workspace {
  constructor(url: string, key: string, label?: string);
  readonly url: string;
  readonly baseUrl: string;
  readonly key: string;
  readonly headers: { "X-API-Key": string; "Emulator-Label"?: string };
  call<T = any>(method: string, path: string, body?: unknown): Promise<T>;
  freeze(now?: string): Promise<{ mode: string; now: string }>;
  advance(by: string | number): Promise<Record<string, unknown>[]>;
  fault(effect: Effect, rule?: FaultRule): Promise<{ id: number; [field: string]: unknown }>;
  wait(condition: Query): Promise<any>;
  journal(filter?: Query): Promise<JournalEntry[]>;
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
