import { ApiError, ApiOperation, EmulatorService, FlowsService, OpenAPI, RunStatus } from "./generated/openapi-typescript-codegen";
import { headers, play, url } from "./scenario";

OpenAPI.BASE = url;
OpenAPI.HEADERS = headers;

/* Its calls give the body of a success, and throw an error. */
async function statusOf(call: Promise<unknown>, success: number): Promise<number> {
  try {
    await call;
    return success;
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
}

void play({
  reset: () => statusOf(EmulatorService.resetWorkspace({}), 200),
  takeSnapshot: (name) => statusOf(EmulatorService.takeSnapshot({ snapshotName: name }), 201),
  restoreSnapshot: (name) => statusOf(EmulatorService.restoreSnapshot({ snapshotName: name }), 200),
  addFault: (operation, status) =>
    statusOf(EmulatorService.addFault({ requestBody: { operation: operation as ApiOperation, times: 1, effect: { status } } }), 201),
  cancel: (run) => statusOf(FlowsService.cancelFlowRun({ flowRunUid: run }), 200),
  wait: async (run, status) => {
    const reply = await EmulatorService.wait({ run, status: [status as RunStatus] });
    return "run" in reply ? reply.run?.status : undefined;
  },
});
