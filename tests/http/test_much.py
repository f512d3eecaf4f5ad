"""What takes long under sanitizers: these stories run against the build that people run."""

import json
import re
import threading

from emulator import JSON
from facts import assert_refused
from living import ADA, advance, clock, flow, launch, outputs, put_clock, touch
from scheduling import EVERY_MINUTE
from test_slow_readers import LIST, ask, assert_list, long_runs, put, read, text, uid

PATIENCE = 120  # seconds
MIB = 1024 * 1024
STATE = "/_emulator/state"


def resident(emulator):
    """Bytes."""
    with open(f"/proc/{emulator.process.child.pid}/statm") as statm:
        return int(statm.read().split()[1]) * 4096


def test_a_clock_stands_where_a_million_things_have_happened(start, fixture_file):
    plan = [{"after_ms": 1, "event": "START"}, *[{"after_ms": 0, "step_uid": "a"}] * 99]
    minutely = {"status": "ACTIVE", "flow_slug": "own", "cron": "* * * * *", "inputs": [ADA]}
    emulator = start("--fixture", fixture_file(flows=[flow(plan)], schedules=[minutely]))
    emulator.connection.timeout = PATIENCE
    touch(emulator)
    reply = put_clock(emulator, {"now": "9998-01-01T00:00:00Z"})
    assert_refused(reply, 422, "INVALID_STATUS", "param")
    told = re.fullmatch(r"1000000 events fired until (.+Z), where the clock stands now, and more is "
                        r"due: go on in steps", reply.json["message"])
    assert clock(emulator)["now"] == told[1]
    last = emulator.runs("sort=-created_at&limit=1")[0]["created_at"]
    assert "2026-01-07T00:00:00.000Z" < last <= told[1] < "2026-01-09T00:00:00.000Z"
    explained = emulator.get(f"/_emulator/explain/{reply.header('X-Request-Id')}").json
    assert explained["rule"]["error"] == "TOO_MUCH_DUE"
    (step,) = explained["would_have_worked"]
    assert (step["method"], step["path"]) == ("PUT", "/_emulator/clock")
    assert put_clock(emulator, step["body"]).status == 200


def test_an_advance_lists_the_first_hundred_thousand_and_counts_all(start, fixture_file):
    """Forty days of a run each minute, and each starts a millisecond later, but for the last."""
    emulator = start("--fixture", fixture_file(**EVERY_MINUTE))
    emulator.connection.timeout = PATIENCE
    reply = emulator.post("/_emulator/clock/advance", {"by": "P40D"})
    assert (reply.status, reply.header("X-Total-Count")) == (200, "115199")
    assert len(reply.json["fired"]) == 100000
    assert reply.json["fired"][0]["at"] == "2026-01-01T00:01:00.000Z"
    assert reply.json["now"] == "2026-02-10T00:00:00.000Z"


def test_more_runs_than_are_kept_in_memory_fire_in_order(start, fixture_file):
    """50,000 with two events each: all first events come before all second ones."""
    plan = [{"after_ms": 50, "event": "QUEUE"}, {"after_ms": 100, "event": "START"}]
    runs = [{"uid": f"77777777-7777-4777-8777-{50000 - n:012d}", "status": "CREATED",
             "flow_slug": "own", "inputs": [ADA],
             "progress": {"position": 0, "due_at": "2026-01-01T00:00:00.050Z", "order": n}}
            for n in range(1, 50001)]
    emulator = start("--fixture", fixture_file(flows=[flow(plan)], runs=runs))
    emulator.connection.timeout = PATIENCE
    fired = advance(emulator, 1000)
    uids = [run["uid"] for run in runs]
    assert [(each["run"], each["event"], each["at"][-5:]) for each in fired] == [
        *((uid, "QUEUE", ".050Z") for uid in uids), *((uid, "START", ".150Z") for uid in uids)]
    assert emulator.run(uids[-1])["status"] == "RUNNING"


def test_who_waits_long_costs_no_more_than_who_waits_shortly(start):
    """Each call looks again for all who wait: 20,000 times in all, at a run with a long address."""
    emulator = start("--clock", "real")
    uid = emulator.make("RUNNING", callback={"url": "http://127.0.0.1:9/" + "x" * 2000})["uid"]
    replies = []

    def wait():
        member = emulator.member("test-key")
        replies.append(member.get(f"/_emulator/wait?run={uid}&status=STOPPED&timeout=60s"))

    waiters = [threading.Thread(target=wait) for _ in range(10)]
    for waiter in waiters:
        waiter.start()
    sizes = []
    for _ in range(2):
        for _ in range(1000):
            emulator.run(uid)
        sizes.append(resident(emulator))
    assert sizes[1] - sizes[0] < 8 * MIB
    assert emulator.cancel(uid).status == 200
    for waiter in waiters:
        waiter.join(PATIENCE)
    assert [reply.status for reply in replies] == [200] * 10


def test_an_empty_workspace_takes_less_than_a_kibibyte(start):
    """Without its log of requests, and as long as its clients give no reason to remember what they do."""
    emulator = start("--fixture", "empty", "--journal", "0")
    sizes = []
    for first, last in (0, 100), (100, 4100):
        for n in range(first, last):  # held against the contract, this would take three times as long
            emulator.connection.request("GET", "/v1/flows/runs", headers={"X-API-Key": f"key-{n}"})
            reply = emulator.connection.getresponse()
            assert (reply.status, reply.read()) == (200, b"[]")
        sizes.append(resident(emulator))
    assert (sizes[1] - sizes[0]) / 4000 < 1024


def test_what_fell_out_of_the_journal_is_not_kept(start):
    """Small calls, then large ones: ten workspaces, each with its budget of 2 MiB."""
    emulator = start()
    members = [emulator.member(f"key-{n}") for n in range(10)]
    for size in (10, 4000):
        for member in members:
            for _ in range(1200):
                member.cancel("x", body=b"x" * size)
        if size == 10:
            before = resident(emulator)
    assert resident(emulator) - before < 10 * 3 * MIB


def test_a_template_full_of_braces_costs_what_it_is_long(start, fixture_file):
    braces = "{" * 100000 + "}" * 100000
    plan = [{"after_ms": 1, "event": "START"},
            {"after_ms": 1, "step_uid": "a", "template": {"text": braces, "x": "{{{first}}}"}}]
    emulator = start("--fixture", fixture_file(flows=[flow(plan)]))
    uid = launch(emulator, "own", inputs=[{"first": "Ada"}])
    advance(emulator, 1000)
    (output,) = outputs(emulator, uid)
    assert output == {"text": "{" * 99998 + "}" * 99998, "x": "{Ada}"}
    assert resident(emulator) < 40 * MIB


def test_a_hundred_clients_that_do_not_read_a_list(start):
    """Of 1.6 MB each, and a run is cancelled after every fifth. Each reads the list of its moment."""
    emulator = start("--fixture", "empty")
    put(emulator, runs=long_runs())
    before = resident(emulator)
    readers = []
    for n in range(100):
        readers.append(ask(emulator, LIST))
        if n % 5 == 4:
            emulator.cancel(uid(n // 5))
    emulator.assert_alive()
    assert resident(emulator) - before < 40 * MIB
    for n, reader in enumerate(readers):
        if n % 20 == 9:
            assert_list(read(reader, LIST), n // 5)
        reader.close()
    emulator.assert_alive()
    assert_list(emulator.get(LIST), 20)


def test_a_hundred_clients_that_do_not_read_outputs_which_are_discarded(start):
    """Of 4 MB each."""
    emulator = start("--fixture", "empty")
    put(emulator, flows=[flow([])], runs=[
        {"uid": uid(1), "status": "RUNNING", "flow_slug": "own", "inputs": [ADA],
         "outputs": [{"step_uid": "a", "data": {"n": n, "text": text(n)}} for n in range(250)]}])
    target = f"/v1/flows/runs/{uid(1)}/outputs?limit=1000"
    before = resident(emulator)
    readers = [ask(emulator, target) for _ in range(100)]
    emulator.cancel(uid(1))
    assert emulator.get(target).json == []
    assert resident(emulator) - before < 40 * MIB
    whole = [{"n": n, "text": text(n)} for n in range(250)]
    for n, reader in enumerate(readers):
        assert n % 25 or read(reader, target).json == whole
        reader.close()


def test_a_hundred_clients_that_do_not_read_the_state(start):
    emulator = start("--fixture", "empty")
    put(emulator, flows=[flow([])], runs=[
        {"uid": uid(n), "status": "SUCCEEDED", "flow_slug": "own", "inputs": [ADA],
         "outputs": [{"step_uid": "a", "data": {"n": n}}]} for n in range(4000)])
    whole = emulator.get("/_emulator/state").body
    assert len(whole) > 2 * MIB
    before = resident(emulator)
    readers = [ask(emulator, "/_emulator/state") for _ in range(100)]
    emulator.assert_alive()
    assert resident(emulator) - before < 40 * MIB
    put(emulator)
    for n, reader in enumerate(readers):
        assert n % 25 or read(reader, "/_emulator/state").body == whole
        reader.close()


def test_a_state_is_put_back_as_it_was_got(start):
    """As many runs as fit into the bytes of a body: they have three million values."""
    emulator = start("--fixture", "empty")
    emulator.connection.timeout = PATIENCE

    def call(method, body=None):  # held against the contract, this would take a minute
        emulator.connection.request(method, STATE, body, {**JSON, "X-API-Key": "test-key"})
        reply = emulator.connection.getresponse()
        return reply.status, reply.read()

    few = json.dumps({"version": 1, "runs": [{"status": "RUNNING"}] * 115_000}).encode()
    assert call("PUT", few)[0] == 200
    _, state = call("GET")
    assert 60_000_000 < len(state) < 67_108_864
    assert call("PUT", state) == (200, state)


def test_the_values_of_a_body_have_a_limit(start):
    """Four million small numbers are 8 MB, and would fill hundreds in memory."""
    empty = start("--fixture", "empty")
    body = b'{"runs":[{"status":"RUNNING","inputs":[{"a":[%s]}]}],"version":1}'
    around = 8
    most = body % b",".join([b"1"] * (4000000 - around))
    assert empty.request("PUT", "/_emulator/state", most, JSON).status == 200
    more = most.replace(b"[1,", b"[1,1,")
    reply = empty.request("PUT", "/_emulator/state", more, JSON)
    assert_refused(reply, 400, "BAD_INPUT", "input",
                   "body must NOT have more than 4000000 values (line 1)")
    assert len(empty.runs()) == 1


def test_a_fixture_file_may_hold_more_values(start, fixture_file):
    text = '{"version":1,"runs":[{"status":"RUNNING","inputs":[{"a":[%s]}]}]}' % ",".join(["1"] * 4000001)
    assert len(start("--fixture", fixture_file(text=text)).runs()) == 1


def test_a_snapshot_that_is_replaced_again_and_again_takes_the_room_of_few(start, fixture_file, tmp_path):
    """A call that replaces one while another one is to be deleted deletes that itself."""
    db = tmp_path / "db"
    emulator = start("--db", db, "--fixture", fixture_file(runs=[{"status": "RUNNING"}] * 20000))
    emulator.connection.timeout = PATIENCE
    assert emulator.post("/_emulator/snapshots/s").status == 201
    once = db.stat().st_size + (tmp_path / "db-wal").stat().st_size
    with emulator.wire(timeout=PATIENCE) as wire:
        wire.send(b"POST /_emulator/snapshots/s HTTP/1.1\r\nHost: localhost\r\nX-API-Key: test-key\r\nContent-Length: 0\r\n\r\n" * 40)
        assert [wire.reply("POST", "/_emulator/snapshots/{snapshot_name}").status for _ in range(40)] == [201] * 40
    emulator.process.stop()
    assert db.stat().st_size < 3 * once


def test_contents_that_are_replaced_one_after_another_take_the_room_of_few(start, fixture_file, tmp_path):
    """A reset builds new content and deletes the old one later; resets without a gap wait for that."""
    db = tmp_path / "db"
    emulator = start("--db", db, "--fixture", fixture_file(runs=[{"status": "RUNNING"}] * 20000))
    emulator.connection.timeout = PATIENCE
    touch(emulator)
    once = db.stat().st_size
    with emulator.wire(timeout=PATIENCE) as wire:
        wire.send(b"POST /_emulator/reset HTTP/1.1\r\nHost: localhost\r\nX-API-Key: test-key\r\nContent-Length: 0\r\n\r\n" * 12)
        assert [wire.reply("POST", "/_emulator/reset").status for _ in range(12)] == [200] * 12
    emulator.process.stop()
    assert db.stat().st_size < 3 * once  # at the start, the fixture and one content
