"""Values as Fastify 5 with ajv 8 and ajv-formats 3 takes them: numbers and text of a query, times, URLs, bodies."""

import json

import pytest
from facts import DEMO, NOW, RUNNING, assert_refused, uid
from living import ADA, ENRICH, run_path
from scheduling import HOOK, SCHEDULES, ask, managed, schedule

JSON = {"Content-Type": "application/json"}
RUNS = "/v1/flows/runs"
OUTPUTS = f"/v1/flows/runs/{DEMO['SUCCEEDED']}/outputs"


def fidelity(reply):
    return reply.header("Emulator-Fidelity")


def start_run(emulator, **fields):
    return emulator.post(run_path(ENRICH), {"inputs": [ADA], **fields})


def assert_bad_query(reply, message=None):
    assert_refused(reply, 400, "BAD_PARAMETERS", "param", message)


# Numbers of a query


@pytest.mark.parametrize("text, number", [
    ("5", 5), ("10.0", 10), ("1e1", 10), ("1E1", 10), ("0.1e2", 10), ("5.", 5), ("+5", 5), ("%2B5", 5), ("%205", 5), ("5%20", 5),
    ("%09%0a%0b%0c%0d5", 5), ("%C2%A05", 5), ("5%E3%80%80", 5), ("%EF%BB%BF5", 5), ("%E2%80%A85%E1%9A%80", 5), ("05", 5),
    ("007", 7), ("0xA", 10), ("0X0a", 10), ("0b11", 3), ("0o11", 9), ("1e%2B1", 10)])
def test_a_number_of_a_query_is_read_as_javascript_does(emulator, text, number):
    assert len(emulator.runs(f"limit={text}")) == number
    assert [run["id"] for run in emulator.runs(f"limit=1&offset={text}")] == [number + 1]


@pytest.mark.parametrize("text", [
    "abc", "", "0x", "0b12", "%2B0x10", "-0x10", "infinity", "NaN", "1_0", "5n", ".5", ".", "5.5", "1e", "null", "true",
    "%D9%A5", "5%2500", "0x1p3", "1d", "-", "--5", "1%2C000", "1e1.0", "0xg", "%C2%855", "%E1%A0%8E5", "5%zz", "%", "%ff",
    "1&limit=2&offset=2"])
def test_any_other_text_is_none(emulator, text):
    assert_bad_query(emulator.get(f"{RUNS}?limit={text}"), "querystring/limit must be integer")
    assert_bad_query(emulator.get(f"{RUNS}?offset=1&offset={text}"), "querystring/offset must be integer")


@pytest.mark.parametrize("text", ["1e400", "Infinity", "9007199254740993", "99999999999999999999", "1e30", "1e308"])
def test_an_offset_beyond_every_list_is_an_empty_page(emulator, text):
    for path in RUNS, SCHEDULES, OUTPUTS:
        reply = emulator.get(f"{path}?offset={text}")
        assert (reply.status, reply.json) == (200, [])
    assert_bad_query(emulator.get(f"{RUNS}?limit={text}"), "querystring/limit must be <= 100")
    assert_bad_query(emulator.get(f"{RUNS}?offset=-{text}"), "querystring/offset must be >= 0")


@pytest.mark.parametrize("text, first", [("%20", 1), ("-0", 1), ("1e-400", 1), ("0e0", 1)])
def test_what_is_nought_is_nought(emulator, text, first):
    assert emulator.runs(f"offset={text}")[0]["id"] == first
    assert_bad_query(emulator.get(f"{RUNS}?limit={text}"), "querystring/limit must be >= 1")


def test_a_control_call_reads_numbers_in_the_same_way(emulator):
    assert emulator.get("/_emulator/callbacks?limit=1e1&offset=1e99").json == []
    emulator.post("/_emulator/faults", {"effect": {"delay_ms": 1}, "operation": "cancelFlowRun"})
    assert emulator.request("DELETE", "/_emulator/faults/1.0").status == 200


# Text of a query


@pytest.mark.parametrize("text", ["100%25", "100%", "%zz", "%ff", "%C3%28", "%ED%A0%80", "%u0041", "a+b%zz", "%F0%9F%8F%A0", ""])
def test_a_percent_sign_that_escapes_nothing_is_one(emulator, text):
    reply = emulator.get(f"{OUTPUTS}?step_uid={text}")
    assert (reply.status, reply.json) == (200, [])


@pytest.mark.parametrize("query", ["status=RUNNING%00", "status=%00", "x%00=1", "%00", "limit=5%00", "limit=1&status=A%00B&offset=0"])
def test_a_nul_is_named(emulator, query):
    reply = emulator.get(f"{RUNS}?{query}")
    assert_bad_query(reply, "querystring must NOT have a NUL (%00)")
    assert reply.header("Emulator-Hint") is None


def test_a_path_that_cannot_be_decoded_is_told_why(emulator):
    reply = emulator.get(f"{RUNS}/x%00")
    assert_bad_query(reply, "the path must NOT have a NUL (%00)")
    assert reply.header("Emulator-Hint") is None
    reply = emulator.get(f"{RUNS}/%ff")
    assert_bad_query(reply, "the path must be the percent-encoding of UTF-8")
    assert reply.header("Emulator-Hint") == "a percent sign is written %25"


# sort


@pytest.mark.parametrize("query, fields", [
    ("sort=-created_at,%20status", ["-created_at", "status"]), ("sort=-created_at,status", ["-created_at", "status"]),
    ("sort=status,-uid&sort=created_at", ["status", "-uid", "created_at"]), ("sort=uid%2C+-status", ["uid", "-status"]),
    ("sort=" + ",".join(["uid"] * 10), ["uid"] * 10)])
def test_one_sort_may_have_several_fields(emulator, query, fields):
    for path in RUNS, SCHEDULES:
        one = emulator.get(f"{path}?limit=100&{query}")
        assert one.status == 200, one
        assert one.json == emulator.get(f"{path}?limit=100&" + "&".join(f"sort={field}" for field in fields)).json


@pytest.mark.parametrize("query, message", [
    ("sort=uid,", "/1 must be equal to one of the allowed values"), ("sort=,uid", "/0 must be equal to one of the allowed values"),
    ("sort=uid,,status", "/1 must be equal to one of the allowed values"), ("sort=", "/0 must be equal to one of the allowed values"),
    ("sort=uid,%20%20status", "/1 must be equal to one of the allowed values"),
    ("sort=uid,nope", "/1 must be equal to one of the allowed values"),
    ("sort=uid&sort=status,nope", "/2 must be equal to one of the allowed values"),
    ("sort=" + ",".join(["uid"] * 11), " must NOT have more than 10 items"),
    ("sort=uid," + "x" * 129, "/1 must NOT have more than 128 characters")])
def test_fields_that_are_none(emulator, query, message):
    for path in RUNS, SCHEDULES:
        assert_bad_query(emulator.get(f"{path}?{query}"), f"querystring/sort{message}")


# Filters of schedules


def test_schedules_by_uid_and_workspace(emulator):
    one, two = (schedule(emulator, cron="0 9 * * *") for _ in range(2))
    workspace = emulator.get(SCHEDULES).json[0]["workspace_uid"]

    def found(query):
        return sorted(each["uid"] for each in emulator.get(f"{SCHEDULES}?limit=100&{query}").json)

    assert found(f"uid={one}") == [one]
    assert found(f"uid={two.upper()}&uid={one}&uid={uid(1)}") == sorted([one, two])
    assert found(f"uid={uid(1)}") == found(f"workspace_uid={uid(1)}") == []
    assert len(found(f"workspace_uid={workspace}")) == 6
    assert found(f"workspace_uid={workspace}&uid={one}&status=ACTIVE") == [one]
    managed(emulator, one, "pause")
    assert found(f"uid={one}&uid={two}&status=ACTIVE") == [two]
    for name in "uid", "workspace_uid":
        assert_bad_query(emulator.get(f"{SCHEDULES}?{name}=x"), f'querystring/{name}/0 must match format "uuid"')


# Times


@pytest.mark.parametrize("text, instant", [
    ("2026-02-01T09:00:00+02:00", "2026-02-01T07:00:00.000Z"), ("2026-02-01T09:00:00+0200", "2026-02-01T07:00:00.000Z"),
    ("2026-02-01T09:00:00+02", "2026-02-01T07:00:00.000Z"), ("2026-02-01T09:00:00-0530", "2026-02-01T14:30:00.000Z"),
    ("2026-02-01T09:00:00.250-05", "2026-02-01T14:00:00.250Z"), ("2026-02-01t09:00:00z", "2026-02-01T09:00:00.000Z"),
    ("2026-02-01 09:00:00Z", "2026-02-01T09:00:00.000Z"), ("2026-02-01\t09:00:00Z", "2026-02-01T09:00:00.000Z"),
    ("2026-12-31T23:59:60Z", "2026-12-31T23:59:59.000Z"), ("2027-01-01T01:59:60+0200", "2026-12-31T23:59:59.000Z"),
    ("2026-12-31T18:29:60-05:30", "2026-12-31T23:59:59.000Z"), ("2027-01-01T00:29:60+00:30", "2026-12-31T23:59:59.000Z")])
def test_a_time_by_any_offset(emulator, text, instant):
    reply = ask(emulator, schedule_at=text)
    assert reply.status == 200, reply
    assert reply.json["next_execution_at"] == instant


@pytest.mark.parametrize("text", [
    "2026-02-01T09:00:00", "2026-02-01T09:00:00+2", "2026-02-01T09:00:00+020", "2026-02-01T09:00:00+02:", "2026-02-01T09:00:00+02:0",
    "2026-02-01T09:00:00+24", "2026-02-01T09:00:00+2400", "2026-02-01T09:00:00+0260", "2026-02-01T09:00:00+02000",
    "2026-02-01T09:00:00Z+02", "2026-02-01T09:00Z", "2026-02-01T09:00:60Z", "2026-02-01T22:59:60Z", "2026-02-01T23:58:60Z",
    "2026-02-01T23:59:60+02:00", "2026-02-01T23:59:61Z", "2026-02-01T24:00:00Z", "2026-02-30T09:00:00Z", "20260201T090000Z",
    "2026-02-01", "", "2026-02-01__09:00:00Z", "2026-02-01T09:00:00 Z"])
def test_a_time_that_is_none(emulator, text):
    assert_refused(ask(emulator, schedule_at=text), 400, "BAD_INPUT", "input", 'body/schedule_at must match format "date-time"')


# URLs


@pytest.mark.parametrize("url", [
    "http://h", "https://h/", "HTTP://H/x", "hTTps://h", "http://127.0.0.1:1/", "http://[::1]:65535/a", "http://[::ffff:1.2.3.4]", "http://h:/",
    "http://user:pass@h/", "http://h?x=1", "http://h#top", "http://h/a%20b;c=d,e?f=/?#g/?", "http://h:080/", "http://a.b-c_d~e/"])
def test_a_url_to_which_can_be_sent(emulator, url):
    reply = start_run(emulator, callback={"url": url})
    assert reply.status == 200, reply
    assert reply.json["callback"] == {"url": url}


@pytest.mark.parametrize("url", [
    "ftp://h/", "file:///etc/passwd", "mailto:a@b", "javascript:alert(1)", "ws://h/", "httpx://h/", "http:/h", "http:h", "//h/", "h", "/x",
    "http://", "http:///x", "http://?x", "http://:80/", "http://u@/", "https://", "http://[::1", "http://[::1/", "http://[]/", "http://[1]/",
    "http://[v1.x]/", "http://[::1]x/", "http://::1/", "http://h:99999/", "http://h:65536/", "http://h:99999999999999999999/", "http://h:8a/",
    "http://h:-1/", "http://h/[x]", "http://h/a#b#c", "http://a@b@c/", "http://h/\\x", "http://h/ ", " http://h/", "http://h/\n", "http://\u00e9/",
    "http://h/\u00e9", "http://h/%zz", "http://h/{x}", 'http://h/"', "http://h|x/", "http://a b/"])
def test_a_url_that_is_none(emulator, url):
    message = 'body/callback/url must match format "uri"'
    assert_refused(start_run(emulator, callback={"url": url}), 400, "BAD_INPUT", "input", message)
    assert_refused(ask(emulator, cron="0 9 * * *", callback={"url": url}), 400, "BAD_INPUT", "input", message)


# What a body may have besides


def test_other_members_of_a_callback_are_let_through(emulator):
    callback = {"url": "http://127.0.0.1:9/", "secret": "x", "retry": {"times": 3}, "On": "final", "method": None}
    reply = start_run(emulator, callback=callback)
    assert (reply.status, reply.json["callback"]) == (200, {"url": callback["url"]})
    assert ask(emulator, cron="0 9 * * *", callback=callback).status == 200
    assert start_run(emulator, callback={"secret": "x"}).status == 400
    assert start_run(emulator, callback={**callback, "on": "never"}).status == 400


@pytest.mark.parametrize("fields", [
    {"identity_ids": None}, {"identity_ids": None, "identity_mode": "direct"}, {"identity_ids": ["me"]}, {"identity_ids": ["", "x" * 500]},
    {"identity_ids": [], "identity_mode": "managed"}, {"identity_ids": None, "identity_mode": "managed"}])
def test_identities_are_texts_or_null(emulator, fields):
    assert start_run(emulator, **fields).status == 200
    assert ask(emulator, cron="0 9 * * *", **fields).status == 200


# body-coercion

COERCED = [
    {"timezone": ["UTC"]}, {"steps": "linkedin-extract-people"}, {"identity_ids": "me"}, {"identity_ids": [1, True, 2.5]}, {"identity_ids": ""},
    {"callback": {**HOOK, "headers": {"X-Number": 1, "X-Bool": False}}}, {"callback": {**HOOK, "on": ["final"]}},
    {"cron": ["0 9 * * *"]}, {"identity_mode": ["auto"]}]


@pytest.mark.parametrize("fields", COERCED, ids=json.dumps)
def test_body_coercion_refuse(emulator, fields):
    reply = ask(emulator, **{"cron": "0 9 * * *", **fields})
    assert_refused(reply, 400, "BAD_INPUT", "input")
    assert fidelity(reply) == "assumed; rule=body-coercion"


@pytest.mark.parametrize("fields", COERCED, ids=json.dumps)
def test_body_coercion_coerce(start, fields):
    emulator = start("--assume", "body-coercion=coerce")
    reply = ask(emulator, **{"cron": "0 9 * * *", **fields})
    assert reply.status == 200, reply
    assert "body-coercion" in fidelity(reply)
    assert reply.json["cron"] == "0 9 * * *"


@pytest.mark.parametrize("fields, message", [
    ({"cron": None}, "body/cron must be string"), ({"steps": None}, "body/steps must be array"), ({"inputs": None}, "body/inputs must be array"),
    ({"callback": None}, "body/callback must be object"), ({"steps": [None]}, "body/steps/0 must be string"),
    ({"inputs": "x"}, "body/inputs/0 must be object"), ({"inputs": ADA}, "body/inputs must be array"), ({"inputs": []}, "body/inputs must NOT have fewer than 1 items"),
    ({"callback": [HOOK]}, "body/callback must be object"), ({"parameters": [{}]}, "body/parameters must be object"),
    ({"inputs": [[ADA]]}, "body/inputs/0 must be object"), ({"cron": [["0 9 * * *"]]}, "body/cron must be string"),
    ({"cron": ["0 9 * * *", "x"]}, "body/cron must be string"), ({"cron": {}}, "body/cron must be string"), ({"cron": []}, "body/cron must be string"),
    ({"parameters": "x"}, "body/parameters must be object"), ({"timezone": [None]}, "body/timezone must be string"),
    ({"callback": {**HOOK, "headers": {"A": None}}}, "body/callback/headers/A must be string")], ids=str)
def test_what_is_never_coerced(start, emulator, fields, message):
    coerces = start("--assume", "body-coercion=coerce")
    reply = ask(coerces, **{"cron": "0 9 * * *", **fields})
    assert_refused(reply, 400, "BAD_INPUT", "input", message)
    assert fidelity(ask(emulator, **{"cron": "0 9 * * *", **fields})) in ("documented", "assumed; rule=body-coercion")


def test_what_was_coerced_is_what_counts(start):
    emulator = start("--assume", "body-coercion=coerce")
    assert_refused(start_run(emulator, steps="nope"), 400, "BAD_INPUT", "input", "body/steps/0 must be a step of the flow")
    run = start_run(emulator, steps="linkedin-extract-people", identity_ids="me")
    assert run.status == 200
    emulator.post("/_emulator/clock/advance", {"by": "PT10S"})
    assert len(emulator.get(f"/v1/flows/runs/{run.json['uid']}/outputs").json) == 1
    assert emulator.request("POST", "/_emulator/runs", b'{"status":["QUEUED"]}', JSON).status == 400


def test_a_workspace_may_coerce_alone(emulator):
    reply = emulator.request("PUT", "/_emulator/assumptions", b'{"body-coercion":"coerce","media-type":"ignore"}', JSON)
    assert reply.status == 200
    body = json.dumps({"inputs": [ADA], "steps": "linkedin-extract-people"}).encode()
    assert emulator.request("POST", run_path(ENRICH), body, {"Content-Type": "text/plain"}).status == 200
    assert emulator.member("somebody-else").request("POST", run_path(ENRICH), body, {"Content-Type": "text/plain"}).status == 415
