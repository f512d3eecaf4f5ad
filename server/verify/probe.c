#include "server/verify/probe.h"

#include "store/base/strbuf.h"

#include <assert.h>
#include <string.h>

static const struct probe rows[PROBE_COUNT] = {
#define PLACEHOLDER(...)
#define PROBE(name, id, level, operation, method, target, body, after, captures, flags, varies, \
              ...)                                                                              \
    [PROBE_##name] = {id,                                                                       \
                      operation,                                                                \
                      method,                                                                   \
                      target,                                                                   \
                      body,                                                                     \
                      varies,                                                                   \
                      LEVEL_##level,                                                            \
                      PROBE_##after,                                                            \
                      PLACEHOLDER_##captures,                                                   \
                      flags,                                                                    \
                      {__VA_ARGS__}},
#define NOT_SETTLED(...)
#include "server/verify/probes.def"
};

static const struct {
    const char *word, *reason;
} placeholder_rows[PLACEHOLDER_COUNT] = {
#define PLACEHOLDER(name, word, reason) [PLACEHOLDER_##name] = {word, reason},
#define PROBE(...)
#define NOT_SETTLED(...)
#include "server/verify/probes.def"
};

static const char *const not_settled[ASSUMPTION_COUNT] = {
#define PLACEHOLDER(...)
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

const char *placeholder_reason(enum placeholder placeholder)
{
    return placeholder_rows[placeholder].reason;
}

/* The placeholder whose "{word}" a text begins with, or PLACEHOLDER_NONE. */
static enum placeholder placeholder_at(const char *text)
{
    for (enum placeholder i = PLACEHOLDER_NONE + 1; *text == '{' && i < PLACEHOLDER_COUNT; i++) {
        size_t size = strlen(placeholder_rows[i].word);
        if (strncmp(text + 1, placeholder_rows[i].word, size) == 0 && text[1 + size] == '}')
            return i;
    }
    return PLACEHOLDER_NONE;
}

const char *placeholders_fill(struct arena *arena, const struct placeholders *placeholders,
                              const char *text, enum placeholder *missing)
{
    struct strbuf out = {.arena = arena};

    strbuf_append(&out, "");
    while (*text) {
        enum placeholder placeholder = placeholder_at(text);
        if (!placeholder) {
            strbuf_add(&out, text++, 1);
            continue;
        }
        if (!placeholders->value[placeholder]) {
            *missing = placeholder;
            return NULL;
        }
        strbuf_append(&out, placeholders->value[placeholder]);
        text += strlen(placeholder_rows[placeholder].word) + strlen("{}");
    }
    return out.bytes;
}
