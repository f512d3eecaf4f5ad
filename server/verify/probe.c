#include "server/verify/probe.h"

#include "store/base/strbuf.h"

#include <assert.h>
#include <string.h>

static const struct probe rows[PROBE_COUNT] = {
#define PLACE(...)
#define PROBE(name, id, level, operation, method, target, body, after, keeps, flags, varies, ...) \
    [PROBE_##name] = {id,           operation,     method,        target,        body,            \
                      varies,       LEVEL_##level, PROBE_##after, PLACE_##keeps, flags,           \
                      {__VA_ARGS__}},
#define NOT_SETTLED(...)
#include "server/verify/probes.def"
};

static const struct {
    const char *word, *reason;
} place_rows[PLACE_COUNT] = {
#define PLACE(name, word, reason) [PLACE_##name] = {word, reason},
#define PROBE(...)
#define NOT_SETTLED(...)
#include "server/verify/probes.def"
};

static const char *const not_settled[ASSUMPTION_COUNT] = {
#define PLACE(...)
#define PROBE(...)
#define NOT_SETTLED(name, reason) [ASSUME_##name] = (reason),
#include "server/verify/probes.def"
};

const struct probe *probe_row(enum probe_id id)
{
    assert(id > PROBE_NONE && id < PROBE_COUNT);
    return &rows[id];
}

const char *probe_level_name(enum probe_level level)
{
    static const char *const names[] = {"reads", "refusals", "writes"};

    return names[level];
}

const char *probe_not_settled(enum assumption which)
{
    return not_settled[which];
}

const char *place_reason(enum place place)
{
    return place_rows[place].reason;
}

/* The place whose "{word}" a text begins with, or PLACE_NONE. */
static enum place place_at(const char *text)
{
    for (enum place i = PLACE_NONE + 1; *text == '{' && i < PLACE_COUNT; i++) {
        size_t size = strlen(place_rows[i].word);
        if (strncmp(text + 1, place_rows[i].word, size) == 0 && text[1 + size] == '}')
            return i;
    }
    return PLACE_NONE;
}

const char *places_fill(struct arena *arena, const struct places *places, const char *text,
                        enum place *missing)
{
    struct strbuf out = {.arena = arena};

    strbuf_append(&out, "");
    while (*text) {
        enum place place = place_at(text);
        if (!place) {
            strbuf_add(&out, text++, 1);
            continue;
        }
        if (!places->value[place]) {
            *missing = place;
            return NULL;
        }
        strbuf_append(&out, places->value[place]);
        text += strlen(place_rows[place].word) + strlen("{}");
    }
    return out.bytes;
}
