"""Literal values of the documents, used by many stories."""

NOW = "2026-01-01T00:00:00.000Z"  # where the clock of nearly every story stands

STATUSES = ["CREATED", "INVALID", "QUEUED", "SCHEDULED", "BLOCKED", "STOPPED", "RUNNING",
            "FAILED", "PARTIAL_SUCCEEDED", "SUCCEEDED"]
CANCELLABLE = ["CREATED", "QUEUED", "SCHEDULED", "RUNNING"]
NOT_CANCELLABLE = ["INVALID", "BLOCKED", "STOPPED", "FAILED", "PARTIAL_SUCCEEDED", "SUCCEEDED"]
FINISHED = ["INVALID", "STOPPED", "FAILED", "PARTIAL_SUCCEEDED", "SUCCEEDED"]
NEVER_STARTED = ["CREATED", "INVALID", "QUEUED", "SCHEDULED"]

DEMO = {
    "CREATED": "00000000-0000-4000-8000-000000000001",
    "INVALID": "00000000-0000-4000-8000-000000000002",
    "QUEUED": "00000000-0000-4000-8000-000000000003",
    "SCHEDULED": "00000000-0000-4000-8000-000000000004",
    "BLOCKED": "00000000-0000-4000-8000-000000000005",
    "STOPPED": "00000000-0000-4000-8000-000000000006",
    "RUNNING": "00000000-0000-4000-8000-000000000007",
    "FAILED": "00000000-0000-4000-8000-000000000008",
    "PARTIAL_SUCCEEDED": "00000000-0000-4000-8000-000000000009",
    "SUCCEEDED": "00000000-0000-4000-8000-000000000010",
}
RUNNING = DEMO["RUNNING"]
VENDOR = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
UNKNOWN = "99999999-9999-4999-8999-999999999999"

FLOW_RUN = [
    "uid", "user_uid", "workspace_uid", "last_error", "callback", "status", "output_count",
    "scheduled_flow_run_uid", "started_at", "finished_at", "created_at", "updated_at",
]
FLOW_RUN_DETAIL = ["id", *FLOW_RUN, "workflow", "synced_at"]


def uid(number):
    """A uid of our own that is in no fixture."""
    return f"77777777-7777-4777-8777-{number:012d}"


def assert_refused(reply, status, label, scope, message=None):
    assert reply.status == status, reply
    error = reply.json
    assert (error["error_label"], error["error_scope"]) == (label, scope), reply
    assert error["status_code"] == status, reply
    if message is not None:
        assert error["message"] == message, reply


def assert_bad_uid(reply):
    assert_refused(reply, 400, "BAD_PARAMETERS", "param",
                   'params/flow_run_uid must match format "uuid"')


def assert_no_such_run(reply):
    assert_refused(reply, 404, "NOT_FOUND", "param")


def assert_no_route(reply):
    assert_refused(reply, 404, "NOT_FOUND", "param")


def assert_refused_change(reply):
    assert_refused(reply, 422, "INVALID_STATUS", "param")
