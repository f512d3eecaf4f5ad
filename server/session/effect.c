#include "server/session/effect.h"

#include "server/json/write.h"
#include "store/base/assumptions.h"
#include "store/base/syntax.h"

#include <string.h>

static const struct effect_row rows[EFFECT_COUNT] = {
    [EFFECT_NONE] = {.handled = true, .sends = true},
#define EFFECT(name, ...) [EFFECT_##name] = {__VA_ARGS__},
#include "server/session/effect.def"
#undef EFFECT
};

/* Labels and scopes of the statuses the vendor names (API.md section 3), used where a fault gives
 * none. The last row of each hundred is for every other status. */
static const struct {
    int64_t least, most;
    const char *label, *scope;
} statuses[] = {
    {400, 400, "BAD_INPUT", "input"},       {401, 401, "UNAUTHORIZED", "auth"},
    {402, 402, "NO_ACCESS", "config"},      {403, 403, "FORBIDDEN", "auth"},
    {404, 404, "NOT_FOUND", "param"},       {422, 422, "ACTION_ABORTED", "input"},
    {424, 424, "LK_ERROR", "integ"},        {429, 429, "STATUS_429", "config"},
    {500, 500, "INTERNAL_ERROR", "server"}, {400, 499, "BAD_INPUT", "input"},
    {500, 599, "GENERIC_ERROR", "server"},
};

static size_t status_index(int64_t status)
{
    size_t i = 0;

    while (status < statuses[i].least || status > statuses[i].most)
        i++;
    return i;
}

const struct effect_row *effect_row(enum effect_kind kind)
{
    return &rows[kind];
}

bool effect_runs_handler(const struct effect *effect)
{
    return rows[effect->kind].handled;
}

bool effect_sends(const struct effect *effect)
{
    return rows[effect->kind].sends;
}

const char *effect_scope(const struct effect *effect)
{
    return statuses[status_index(effect->amount)].scope;
}

/* One more effect for the fault, which may have only one. */
static const char *effect_add(struct arena *arena, enum effect_kind kind, int64_t amount,
                              struct effect *out)
{
    const struct effect_row *row = &rows[kind];

    if (out->kind)
        return arena_format(arena,
                            "has both %s and %s: a fault has one effect, and perhaps a delay",
                            rows[out->kind].word, row->word);
    if (amount < row->least || amount > row->most)
        return arena_format(arena, "%s must be from %lld to %lld", row->word, (long long)row->least,
                            (long long)row->most);
    out->kind = kind;
    out->amount = amount;
    return NULL;
}

/* What only a status can have, and what has to have something. */
static const char *effect_complete(struct effect *effect)
{
    if (effect->kind != EFFECT_STATUS && (effect->label || effect->retry_after))
        return "has a label or a retry-after without a status";
    if (!effect->kind && !effect->delay_ms)
        return "has no effect";
    if (effect->kind != EFFECT_STATUS)
        return NULL;
    if (effect->label && !label_is_valid(effect->label, EFFECT_LABEL_MAX, true))
        return "label must be letters, digits and underscores, at most 64";
    if (!effect->label)
        effect->label = statuses[status_index(effect->amount)].label;
    if (effect->amount == 429 && !effect->retry_after)
        effect->retry_after = 1;
    return NULL;
}

const char *effect_from_json(struct arena *arena, const cJSON *object, struct effect *out)
{
    bool hyphen = json_find(object, "retry-after"),
         both = hyphen && json_find(object, "retry_after");
    struct effect made = {
        .label = json_text(object, "label"),
        .retry_after = json_integer(object, hyphen ? "retry-after" : "retry_after", 0),
        .delay_ms = json_integer(object, "delay_ms", 0),
    };
    const char *wrong = both ? "has both retry_after and retry-after" : NULL;

    for (enum effect_kind kind = EFFECT_NONE + 1; !wrong && kind < EFFECT_COUNT; kind++) {
        const cJSON *value = json_find(object, rows[kind].key);
        if (value && !cJSON_IsFalse(value))
            wrong = effect_add(
                arena, kind, rows[kind].unit ? json_integer(object, rows[kind].key, 0) : 1, &made);
    }
    if (!wrong)
        wrong = effect_complete(&made);
    if (!wrong)
        *out = made;
    return wrong;
}

/* The words of the header, for who wrote another. */
static const char *effect_words(struct arena *arena)
{
    const char *list = "label, retry-after, delay";

    for (enum effect_kind kind = EFFECT_NONE + 1; kind < EFFECT_COUNT; kind++)
        list = arena_append(arena, list, ", ", rows[kind].word);
    return list;
}

static const char *effect_add_word(struct arena *arena, const char *word, const char *value,
                                   struct effect *out)
{
    int64_t amount = 1;

    if (strcmp(word, "delay") == 0)
        return number_parse(value, "ms", EFFECT_DELAY_MAX, &out->delay_ms)
                   ? NULL
                   : "delay must be milliseconds, such as delay=250ms, at most ten minutes";
    if (strcmp(word, "retry-after") == 0)
        return number_parse(value, "s", EFFECT_RETRY_AFTER_MAX, &out->retry_after) &&
                       out->retry_after
                   ? NULL
                   : "retry-after must be seconds, from one to those of a day";
    if (strcmp(word, "label") == 0) {
        out->label = value;
        return NULL;
    }
    for (enum effect_kind kind = EFFECT_NONE + 1; kind < EFFECT_COUNT; kind++) {
        if (strcmp(word, rows[kind].word) != 0)
            continue;
        if (rows[kind].unit ? !number_parse(value, "", INT64_MAX, &amount) : *value != '\0')
            return arena_format(arena, "%s must %s", word,
                                rows[kind].unit ? "be given a number, as in status=503"
                                                : "stand alone");
        return effect_add(arena, kind, amount, out);
    }
    return arena_format(arena, "knows no \"%s\"; there are %s", word, effect_words(arena));
}

/* Cuts white space off both ends. */
static char *trim(char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    char *end = text + strlen(text);
    while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
        *--end = '\0';
    return text;
}

/* A word of the header is written with hyphens, or with underscores as in a rule. */
static char *hyphenated(char *word)
{
    for (char *c = word; (c = strchr(c, '_'));)
        *c = '-';
    return word;
}

const char *effect_from_words(struct arena *arena, const char *words, struct effect *out)
{
    char *rest = arena_strdup(arena, words), *word;
    struct effect made = {0};
    const char *wrong = NULL;

    while (!wrong && (word = strsep(&rest, ";"))) {
        word = trim(word);
        char *value = strchr(word, '=');
        if (value)
            *value++ = '\0';
        wrong = effect_add_word(arena, hyphenated(trim(word)), value ? trim(value) : "", &made);
    }
    if (!wrong)
        wrong = effect_complete(&made);
    if (!wrong)
        *out = made;
    return wrong;
}

void effect_write(struct strbuf *out, const struct effect *effect)
{
    const struct effect_row *row = &rows[effect->kind];

    json_write_open(out, "effect", '{');
    if (effect->kind && row->unit)
        json_write_integer(out, row->key, effect->amount);
    else if (effect->kind)
        json_write_bool(out, row->key, true);
    if (effect->label)
        json_write_text(out, "label", effect->label);
    if (effect->retry_after)
        json_write_integer(out, "retry_after", effect->retry_after);
    if (effect->delay_ms)
        json_write_integer(out, "delay_ms", effect->delay_ms);
    json_write_close(out, '}');
}
