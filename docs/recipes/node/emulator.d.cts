/** Types of emulator.cjs. */
export interface StartOptions {
  /** The program; else the variable EDGES_PROGRAM, else edges-emulator in the PATH. */
  program?: string;
  /** Further options of the program, such as ["--fixture", "world.json"]. */
  args?: string[];
}

export type RunStatus =
  | "CREATED" | "INVALID" | "QUEUED" | "SCHEDULED" | "BLOCKED" | "STOPPED" | "RUNNING" | "FAILED" | "PARTIAL_SUCCEEDED" | "SUCCEEDED";

export type RunEvent = "QUEUE" | "START" | "FINISH" | "FINISH_PARTIALLY" | "FAIL" | "BLOCK" | "STOP" | "INVALIDATE" | "SCHEDULE";

export type CallbackStatus = "PENDING" | "RUNNING" | "SUCCESS" | "FAILED";

export type Operation =
  | "listFlowRuns" | "getFlowRun" | "cancelFlowRun" | "resumeFlowRun" | "listFlowRunOutputs" | "runFlow"
  | "scheduleFlow" | "listFlowSchedules" | "getFlowSchedule" | "manageFlowSchedule";

export interface Run {
  uid: string;
  status: RunStatus;
  output_count: number;
  last_error: { label: string; message: string } | null;
  callback: { url: string } | null;
  scheduled_flow_run_uid: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  updated_at: string | null;
  [field: string]: unknown;
}

export interface Clock {
  mode: "real" | "frozen";
  now: string;
  /** When something is due next. */
  next_due_at: string | null;
  [field: string]: unknown;
}

/** One thing that happened to a run: a change of status has event and status, a batch has step_uid and outputs, a firing has schedule. */
export interface Fired {
  at: string;
  run: string;
  event?: RunEvent;
  status?: RunStatus;
  step_uid?: string;
  outputs?: number;
  schedule?: string;
}

/** One effect; delay_ms may be combined with any other. The last four are for callbacks, and so is status. */
export interface Effect {
  /** Of the reply to a call; or of a callback, which is then not sent. */
  status?: number;
  label?: string;
  /** Seconds. */
  retry_after?: number;
  /** The body is a page, as a proxy sends one. */
  html?: true;
  /** The body of that reply: JSON, or a string, which is sent as it is. The status may then be any from 200. */
  body?: unknown;
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
  operation?: Operation;
  run?: string;
  nth?: number;
  every?: number;
  probability?: number;
  times?: number;
}

export interface JournalEntry {
  number: number;
  request_id: string;
  at: string;
  operation: Operation | null;
  run: string | null;
  /** Null: the connection was closed without a reply. */
  status: number | null;
  request: { method: string; path: string; query: string; headers: Record<string, string>; body: { size: number; text: string } };
  response: { body: { size: number; text: string } };
  fault: string | null;
  [field: string]: unknown;
}

export interface CallbackAttempt {
  attempt: number;
  at: string;
  /** Null: no reply came. */
  http_status: number | null;
  error: string | null;
  /** This and the members below are absent when they are no longer in memory. */
  fault?: string | null;
  fault_rule?: number | null;
  duration_us?: number;
  request?: { headers: Record<string, string>; body: { size: number; text: string } };
  response?: { status: number; headers: Record<string, string>; body: { size: number; text: string } } | null;
}

export interface Callback {
  uid: string;
  flow_run_uid: string;
  flow_run_status: RunStatus;
  step_uid: string | null;
  url: string | null;
  status: CallbackStatus;
  /** Of the last attempt. */
  http_status: number | null;
  error: string | null;
  /** Attempts after the first. */
  retry_count: number;
  results_count: number;
  created_at: string;
  /** Null: there will be none. */
  next_attempt_at: string | null;
  attempts: CallbackAttempt[];
}

export interface JournalFilter {
  operation?: Operation;
  /** 0: nothing was sent. */
  status?: number;
  run?: string;
  before?: number;
  limit?: number;
}

/** One of these. timeout is such as "5s" or "250ms". */
export type WaitCondition = { timeout?: string; patient?: boolean } & (
  | { run: string; status: RunStatus | RunStatus[] }
  | { run: string; finished: true }
  | { run: string; attempts: number }
  | { callback: CallbackStatus; run?: string; count?: number }
  | { schedule: string }
  | { idle: true }
  | { journal: number; operation?: Operation; run?: string; exactly?: boolean; settle?: string }
);

export class Workspace {
  constructor(url: string, key: string, label?: string);
  readonly url: string;
  readonly baseUrl: string;
  readonly key: string;
  readonly headers: { "X-API-Key": string; "Emulator-Label"?: string };
  call<T = any>(method: string, path: string, body?: unknown): Promise<T>;
  freeze(now?: string): Promise<Clock>;
  /** By "90s", "PT1H" or milliseconds; or to an instant, or to "next", which is when anything is due. */
  advance(by: string | number | { to: string; within?: string | number }): Promise<Fired[]>;
  fault(effect: Effect, rule?: FaultRule): Promise<{ id: number; [field: string]: unknown }>;
  wait(condition: WaitCondition): Promise<{ waited_ms: number; run: Run | null; count: number | null }>;
  journal(filter?: JournalFilter): Promise<JournalEntry[]>;
  callbacks(filter?: { run?: string; status?: CallbackStatus; limit?: number; offset?: number }): Promise<Callback[]>;
  putFlow(slug: string, flow: { plan: Record<string, unknown>[]; [field: string]: unknown }): Promise<Record<string, any>>;
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
