"""Layers only look down: store/base <- store <- server. A folder includes only those below it."""

import re

from .sources import c_files, code_only, hits, includes, report, text, without_comments

# Which folders the files of a folder may include; its own it always may. There are no cycles.
# "operations.h" and "operation_handlers.h" are generated from the contract into server/.
STORE = "base db callback run schedule engine workspace store.h"
FOLDERS = {
    "store/base": "",
    "store": "base",
    "store/db": "base store.h statements.h",
    "store/callback": "base db",
    "store/run": "base db callback",
    "store/schedule": "base db",
    "store/engine": "base db callback run schedule",
    "store/workspace": "base db callback run schedule engine store.h",
    "server/json": "base",
    "server/config": "json base",
    "server/contract": "json base",
    "server/session": "contract json base db",
    "server/fixture": f"contract operations.h json {STORE}",
    "server/callbacks": f"json config coverage session {STORE}",
    "server/request": f"contract json config session {STORE}",
    "server/coverage": "base config db run contract json operations.h request session",
    "server/http": f"coverage request session config {STORE}",
    "server/api": f"operation_handlers.h request contract json {STORE}",
    "server/control": "operation_handlers.h operations.h"
                      f" api config contract coverage fixture json request session {STORE}",
    "server/verify": "base run schedule callbacks config contract json",
    "server/cli": "base run schedule config contract coverage json session verify",
    "server/page": "operation_handlers.h request",
    "server": f"callbacks cli config control coverage fixture http json request session verify {STORE}",
}

# A library and the one place that talks to it. Everything else in <> must be of libc.
OWNERS = {
    "sqlite3.h": ("store/",),
    "microhttpd.h": ("server/http/",),
    "curl/curl.h": ("server/callbacks/", "server/verify/client."),
    "cjson/cJSON.h": ("server/",),
}

LIBC = re.compile(
    r"""( assert | ctype | dirent | dlfcn | errno | fcntl | fenv | float | getopt | grp | inttypes
        | langinfo | libgen | limits | locale | malloc | math | netdb | nss | poll | pthread | pwd | regex
        | sched | semaphore | setjmp | signal | spawn | stdalign | stdarg | stdatomic | stdbool
        | stddef | stdint | stdio | stdlib | stdnoreturn | string | strings | sysexits | syslog
        | termios | threads | time | uchar | unistd | wchar | wctype
        | (arpa|linux|net|netinet|sys)/[\w/]+ )\.h""",
    re.X,
)

CLOCKS = r"\b(clock_gettime|gettimeofday|timespec_get|ftime|clock)\s*\("

# Each has a safe sibling. A #define that makes one of them fail to compile is not a use.
BANNED = (
    r"(?<!#define )\b(sprintf|vsprintf|strcpy|strcat|strtok|gets|time|localtime|gmtime|atoi|atol"
    r"|cJSON_GetObjectItem)\s*\("
)

# These take memory of the process, or give it back: trees lie in an arena (server/json/json.h).
CJSON_MEMORY = (
    r"\bcJSON_(?!AddItemToArray\b)"
    r"(Add|Create|Delete|Detach|Duplicate|InitHooks|Insert|Parse|Print|Replace|free|malloc)\w*\s*\("
)

SQL = re.compile(
    r"""\bSELECT\b.*\bFROM\b | \bINSERT\b.*\bINTO\b | \bDELETE\s+FROM\b | \bUPDATE\s+\S+\s+SET\b
      | \bPRAGMA\s+\w | \bCREATE\s+(TABLE|INDEX|UNIQUE|TRIGGER|VIEW)\b""",
    re.I | re.S | re.X,
)

EVERYTHING = (".c", ".h", ".def")


def folder_of(path):
    return path.rpartition("/")[0]


def short(header):
    """What the table above calls the folder of a header; one directly in store/ or server/ by its name."""
    return header.split("/")[1]


def test_a_folder_includes_only_folders_below_it():
    wrong = []
    for path in c_files("store", "server", suffixes=EVERYTHING):
        folder = folder_of(path)
        allowed = FOLDERS[folder].split()
        for line, delimiter, name in includes(path):
            if delimiter == '"' and folder_of(name) != folder and short(name) not in allowed:
                wrong.append(f'{path}:{line}: "{name}", allowed is {", ".join(allowed) or "none"}')
    assert not wrong, report(wrong)


def test_every_folder_is_in_the_table():
    folders = {folder_of(path) for path in c_files("store", "server", suffixes=EVERYTHING)}
    assert folders == FOLDERS.keys()


def test_no_folder_includes_itself_by_way_of_others():
    below = {folder.split("/")[-1]: words.split() for folder, words in FOLDERS.items()}

    def reached(folder, seen):
        for word in below.get(folder, ()):
            if word not in seen:
                seen.add(word)
                reached(word, seen)
        return seen

    assert [folder for folder in below if folder in reached(folder, set())] == []


def test_each_library_has_one_folder():
    wrong = []
    for path in c_files("store", "server", suffixes=EVERYTHING):
        for line, delimiter, name in includes(path):
            if delimiter == "<" and not LIBC.fullmatch(name) and not owns(path, name):
                wrong.append(f"{path}:{line}: <{name}> belongs to {OWNERS.get(name, 'nobody')}")
    assert not wrong, report(wrong)


def owns(path, library):
    if path.startswith("store/base/"):  # libc only
        return False
    return path.startswith(OWNERS.get(library, ()))


def test_only_the_clock_asks_for_the_time():
    wrong = []
    for path in c_files("store", "server", suffixes=EVERYTHING):
        if path != "store/base/clock.c":
            wrong += hits(path, code_only(text(path)), CLOCKS)
    assert not wrong, report(wrong)


def test_only_the_zones_know_the_one_zone_of_the_c_library():
    wrong = []
    for path in c_files("store", "server", suffixes=EVERYTHING):
        if path != "store/base/zone.c":
            wrong += hits(path, code_only(text(path)), r"\b(setenv|tzset|localtime_r|mktime)\s*\(")
    assert not wrong, report(wrong)


def test_banned_functions_appear_nowhere():
    wrong = []
    for path in c_files("store", "server", suffixes=EVERYTHING):
        wrong += hits(path, code_only(text(path)), BANNED)
    assert not wrong, report(wrong)


def test_trees_of_json_take_no_memory_of_the_process():
    wrong = []
    for path in c_files("store", "server", suffixes=EVERYTHING):
        wrong += hits(path, code_only(text(path)), CJSON_MEMORY)
    assert not wrong, report(wrong)


def test_sql_text_is_in_sql_files():
    wrong = []
    for path in c_files("store", "server", suffixes=EVERYTHING):
        for line, literal in literals(path):
            if SQL.search(literal) and not is_pragma_of_the_store(path, literal):
                wrong.append(f"{path}:{line}: {literal}")
    assert not wrong, report(wrong)


def is_pragma_of_the_store(path, literal):
    statements = [s for s in literal.split(";") if s.strip()]
    return path == "store/workspace/store.c" and all(re.match(r"\s*PRAGMA\s", s) for s in statements)


def literals(path):
    """(line, content) of each string; neighbours that the compiler joins are joined here too."""
    source = re.sub(r"^[ \t]*#[ \t]*include.*", "", without_comments(text(path)), flags=re.M)
    for match in re.finditer(r'"(?:\\.|[^"\\\n])*"(?:\s*"(?:\\.|[^"\\\n])*")*', source):
        pieces = re.findall(r'"((?:\\.|[^"\\\n])*)"', match[0])
        yield source.count("\n", 0, match.start()) + 1, "".join(pieces)
