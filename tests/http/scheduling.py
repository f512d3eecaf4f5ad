"""Schedules, for stories: made, listed, managed."""

from living import ADA, ENRICH

HOOK = {"url": "http://127.0.0.1:9/hook"}
SCHEDULES = "/v1/flows/schedules"

SCHEDULE = ["uid", "flow_preset_uid", "flow_preset_name", "user_uid", "workspace_uid", "status",
            "postponed_until", "cron", "timezone", "next_execution_at", "last_executed_at",
            "created_at", "updated_at"]
SCHEDULED = ["schedule_flow_run_uid", "status", "cron", "timezone", "next_execution_at",
             "created_at"]


# A world in which one thing goes on: every minute a run starts, and nobody is told.
MINUTELY = "20000000-0000-4000-8000-000000000001"
EVERY_MINUTE = {
    "flows": [{"slug": "own", "name": "Own", "steps": ["a"],
               "plan": [{"after_ms": 1, "event": "START"}]}],
    "schedules": [{"uid": MINUTELY, "status": "ACTIVE", "flow_slug": "own", "cron": "* * * * *",
                   "timezone": "UTC", "inputs": [ADA]}]}


def ask(emulator, slug=ENRICH, **fields):
    """scheduleFlow with what it needs; a field that is ... is left out."""
    body = {"inputs": [ADA], "callback": HOOK, **fields}
    return emulator.post(f"/v1/flows/{slug}/run/schedule",
                         {name: value for name, value in body.items() if value is not ...})


def schedule(emulator, slug=ENRICH, **fields):
    """Schedules the flow and returns the schedule's uid."""
    reply = ask(emulator, slug, **fields)
    assert reply.status == 200, reply
    return reply.json["schedule_flow_run_uid"]


def read(emulator, uid):
    reply = emulator.get(f"{SCHEDULES}/{uid}")
    assert reply.status == 200, reply
    return reply.json


def schedules(emulator, query=""):
    reply = emulator.get(SCHEDULES + query)
    assert reply.status == 200, reply
    return reply.json


def manage(emulator, uid, action, **options):
    return emulator.request("POST", f"{SCHEDULES}/{uid}/{action}", **options)


def managed(emulator, uid, action):
    reply = manage(emulator, uid, action)
    assert reply.status == 200, reply
    return reply.json


def firings(fired, uid):
    """When a schedule fired, of what an advance tells."""
    return [each["at"] for each in fired if each.get("schedule") == uid]
