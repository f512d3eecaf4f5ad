"""Sixteen cancels of one run, released together: exactly one wins, in every round.

Each connection sends its request but for the last byte; then the sixteen last bytes go out in one
tight loop. A loop is closer together than threads at a barrier, which the interpreter wakes one
after the other.
"""

from contextlib import ExitStack

from facts import NOW

CONNECTIONS = 16
ROUNDS = 1000


def race(emulator, wires, target, first):
    """One round: the replies, and who sends its last byte first moves on by one each time."""
    request = emulator.head("POST", target)
    for wire in wires:
        wire.send(request[:-1])
    order = wires[first:] + wires[:first]
    for sock in [wire.socket for wire in order]:
        sock.send(b"\n")
    return [emulator.read(wire, "POST", target) for wire in wires]


def test_exactly_one_of_sixteen_cancels_wins_in_each_of_a_thousand_rounds(empty):
    with ExitStack() as stack:
        wires = [stack.enter_context(empty.wire()) for _ in range(CONNECTIONS)]
        for number in range(ROUNDS):
            run = empty.make("RUNNING")
            target = f"/v1/flows/runs/{run['uid']}/cancel"
            replies = race(empty, wires, target, number % CONNECTIONS)
            statuses = sorted(reply.status for reply in replies)
            assert statuses == [200] + [422] * 15, f"round {number}: {statuses}"
            winner, = [reply.json for reply in replies if reply.status == 200]
            assert (winner["uid"], winner["status"], winner["finished_at"]) == (
                run["uid"], "STOPPED", NOW)
    assert len(empty.runs("status=STOPPED&limit=100")) == 100
    assert empty.runs("status=RUNNING") == []


def test_cancel_and_finish_cannot_both_win(empty):
    """The other race: the end of the run, asked for at the same moment."""
    with ExitStack() as stack:
        cancel, finish = (stack.enter_context(empty.wire()) for _ in range(2))
        for number in range(200):
            uid = empty.make("RUNNING")["uid"]
            asked = [(cancel, f"/v1/flows/runs/{uid}/cancel", b"{}"),
                     (finish, f"/_emulator/runs/{uid}/events", b'{"event":"FINISH"}')]
            for wire, target, body in asked:
                wire.send(empty.head("POST", target, "Content-Type: application/json",
                                     f"Content-Length: {len(body)}") + body[:-1])
            for wire, _, body in asked[::-1] if number % 2 else asked:
                wire.socket.send(body[-1:])
            won = [empty.read(wire, "POST", target).status for wire, target, _ in asked]
            assert sorted(won) == [200, 422]
            ended = {(200, 422): "STOPPED", (422, 200): "SUCCEEDED"}[tuple(won)]
            assert empty.run(uid)["status"] == ended
