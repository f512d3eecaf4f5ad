"""Plain words: those that this project once invented stay out of it, and words are spelled right."""

import re
import subprocess

import pytest

from .sources import ROOT, TOKEN, report

# A pattern, and what to write instead. A word counts inside a name too: `rig` is found in `rig_find`.
WORDS = {
    "rigs?": "session",
    "disturb(s|ed|ing)?": "fault_inject; to change, to interrupt",
    "agendas?": "due_queue",
    "parking|parked": "suspended",
    "hangups?": "peer_close",
    "tenancy": "generation",
    "wish(es)?": "wait_condition",
    "ladders?": "retry_delays",
    "overtak(e|es|ing|en)|overtook": "invalidate; to come before",
    "stopwatch": "the monotonic clock, clock_monotonic_us()",
    "hurry": "enable_quickack",
    "curl_library": "curl_dl",
    "cellar": "store/base",
    "rooms|a room of (its|their) own": "files, folders",
    "house": "code base",
    "whoever|whomever": "name who it is",
    "(brings?|brought|bringing) forth": "produces, produced",
    "in vain": "say what does not happen",
    "(let|lets|letting) go": "frees, closes, releases",
    "(let|lets|letting) happen": "fires",
    "(is|are|was|were|be|been) stirred": "changed",
    "doom(ed|s)?": "say what ends",
    "babble": "noise",
    "(a|each|every|one|any|first|last|its|that) tr(y|ies)(?! to)": "attempt",
}

# Looked for in the manual alone.
MANUAL = {
    "tries": "attempts",
    "what comes? about": "say what it is",
    "for ever": "never ends, without end",
}

# Names that are no words of prose: looked for in code alone.
NAMES = {
    "recipes?": "suggested_requests",
    "others_wait|let_others_in": "should_yield, store_set_yield",
    "(lose|take|let)_(work|end|cause|effect|next)": "apply_cancel, set_error, unblock_next",
    "unsettled": "skips_engine",
    "turn_is_over": "slice_expired",
    "[a-z]+_turn|turn_[a-z]+|enum turn": "iteration (of the loop), time_slice",
    "firing_(arm|move|word|note)": "schedule_next, schedule_execute, schedule_log_strdup, schedule_log_append",
    "workspace_(expect|wake_at|forget_times|survey)": "workspace_note_due, workspace_arm_timer, workspace_reset_times, workspace_rescan",
    "template_(give|renew|restart)": "template_assign, template_refill, template_reset",
    "marks\\.": "cache",
    "holds_answers|gathers": "batch_pending, batching",
    "head_blame": "headers_reject",
    "write_twelve": "write_run_fields",
    "enum race": "enum forced_race",
    "has_news|seen_changes": "version",
    "again_at": "retry_at",
    "consulted": "assumptions_used",
    "under_way": "in_progress",
    "step_back": "rotate",
    "sooner": "min_timeout",
    "slow_cut": "deadline_expire",
    "[a-z]+_trouble": "a result",
    "bool well": "bool ok",
    "look_at_[a-z]+": "check, note",
    "(setting|option|target|record)_complain[a-z_]*": "reject",
    "keys_are_closed": "known_keys_only",
}

CODE = (".c", ".h", ".def", ".sql", ".js", ".css", ".html")
PROSE = (".md",)
CONTRACT = "server/contract/openapi.json"


def files(suffixes):
    listed = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    found = [path for path in listed.stdout.split("\0") if path.endswith(suffixes) and (ROOT / path).is_file()]
    return sorted(found)


def found(path, words):
    return found_in((ROOT / path).read_text("utf-8"), path, words)


def found_in(source, path, words):
    """`path:line: word: what to write instead`; the end of a line may stand between two words."""
    for pattern, instead in words.items():
        spaced = pattern.replace(" ", r"(?:\s|\*)+")
        for match in re.finditer(rf"(?<![a-z])(?:{spaced})(?![a-z])", source, re.I):
            line = source.count("\n", 0, match.start()) + 1
            yield f"{path}:{line}: {' '.join(match[0].split())}: {instead}"


def violations(path):
    more = NAMES if path.endswith(CODE) else MANUAL if path.endswith(PROSE) else {}
    return [*found(path, WORDS), *found(path, more)]


def test_files_use_plain_words():
    paths = [*files(CODE + PROSE), CONTRACT]
    wrong = [line for path in paths for line in violations(path)]
    assert not wrong, report(wrong)


# What codespell takes for mistakes: C's word for a function of one file, and SQLite's iif().
SPELLED_SO = "statics,iif"


def comments_only(source):
    """Its comments, on the lines where they are."""
    kept, end = [], 0
    for token in TOKEN.finditer(source):
        if token["comment"]:
            kept += [re.sub(r"[^\n]", " ", source[end : token.start()]), token[0]]
            end = token.end()
    return "".join(kept)


def test_manuals_comments_and_the_contract_are_spelled_right(tmp_path):
    paths = [*files((*CODE, *PROSE)), CONTRACT]
    for path in paths:
        source = (ROOT / path).read_text("utf-8")
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(comments_only(source) if path.endswith((".c", ".h", ".css")) else source)
    done = subprocess.run(["codespell", "--ignore-words-list", SPELLED_SO, *paths], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, f"\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("text, words", [
    ("int rig_find(void);", ["rig"]), ("/* a right origin */", []), ("/* it lets\n * go of it */", ["lets * go"]),
    ("/* one room for it */", []), ("/* Whoever comes */", ["Whoever"]), ("/* a try */", ["a try"]), ("/* a try to do */", []),
])  # fmt: skip
def test_the_search_finds_what_it_should(text, words):
    assert [line.split(": ")[1] for line in found_in(text, "x.c", WORDS)] == words
