#include "server/verify/record.h"

#include "server/json/write.h"
#include "store/base/clock.h"
#include "store/base/instant.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RECORD_MAX = 256 * 1024 }; /* bytes of a file that are read */

static bool record_fail(const char *path)
{
    fprintf(stderr,
            "edges-emulator: cannot write %s: %s; name another place by --save or --record\n", path,
            strerror(errno));
    return false;
}

bool record_open(const char *folder)
{
    return mkdir(folder, 0777) == 0 || errno == EEXIST || record_fail(folder);
}

bool record_check(const char *path)
{
    struct arena arena = {0};
    const char *made = arena_format(&arena, "%s.new", path);
    FILE *file = fopen(made, "we");

    if (!file)
        record_fail(path);
    else
        fclose(file);
    unlink(made);
    arena_release(&arena);
    return file;
}

/* Writes a file beside it first: none is ever half written. */
static bool file_write(struct arena *arena, const char *path, const char *text)
{
    const char *made = arena_format(arena, "%s.new", path);
    FILE *file = fopen(made, "we");
    bool ok =
        file && fprintf(file, "%s\n", text) >= 0 && fflush(file) == 0 && fsync(fileno(file)) == 0;

    if (file)
        ok = fclose(file) == 0 && ok;
    ok = ok && rename(made, path) == 0;
    if (!ok) {
        record_fail(path);
        unlink(made);
    }
    return ok;
}

bool record_write(const char *folder, const struct probe *probe, const struct facts *facts)
{
    struct arena *arena = facts->arena;
    struct strbuf out = json_write_begin(arena, '{');

    json_write_text(&out, "probe", probe->id);
    json_write_time(&out, "recorded_at", clock_system());
    facts_write(facts, &out);
    return file_write(arena, arena_format(arena, "%s/%s.json", folder, probe->id),
                      json_write_end(&out, '}').bytes);
}

bool record_read(const char *folder, const struct probe *probe, struct facts *out, int64_t *at,
                 bool *bad)
{
    char *bytes = arena_alloc(out->arena, RECORD_MAX);
    FILE *file = fopen(arena_format(out->arena, "%s/%s.json", folder, probe->id), "re");
    struct json_fault fault;
    int64_t recorded;

    if (!file)
        return false;
    size_t size = fread(bytes, 1, RECORD_MAX, file);
    fclose(file);
    const cJSON *record = json_parse(out->arena, bytes, size, &json_unbounded, &fault);
    const char *text = json_text(record, "recorded_at");
    *bad = !text || !instant_parse(text, &recorded) || !facts_restore(out, record);
    if (!*bad && recorded < *at)
        *at = recorded;
    return !*bad;
}

bool record_save(const char *path, const struct report *report)
{
    struct arena arena = {0};
    struct strbuf out = json_write_begin(&arena, '{');

    json_write_time(&out, "verified_at", report->at);
    json_write_open(&out, "assumptions", '{');
    for (enum assumption i = ASSUME_NONE + 1; i < ASSUMPTION_COUNT; i++) {
        if (assumption_set_has(&report->settled, i))
            json_write_text(&out, assumption_row(i)->id, assumption_value(&report->assumptions, i));
    }
    json_write_close(&out, '}');
    bool ok = file_write(&arena, path, json_write_end(&out, '}').bytes);
    arena_release(&arena);
    return ok;
}
