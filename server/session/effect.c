#include "server/session/effect.h"

#include "server/json/write.h"
#include "store/base/assumptions.h"
#include "store/base/instant.h"
#include "store/base/limits.h"
#include "store/base/syntax.h"

#include <string.h>

static const struct effect_row rows[EFFECT_COUNT] = {
    [EFFECT_NONE] = {.handled = true, .sends = true},
#define EFFECT(name, key, word, unit, min, max, handled, sends, meaning) \
    [EFFECT_##name] = {key, word, unit, meaning, min, max, handled, sends, false},
#define DELIVERY_EFFECT(name, key, unit, min, max, meaning) \
    [EFFECT_##name] = {key, key, unit, meaning, min, max, true, true, true},
#include "server/session/effect.def"
};

static const char *const races[FORCED_RACE_COUNT] = {
    "",
#define RACE(name, word) word,
#include "server/session/effect.def"
};

/* Labels and scopes of the statuses the vendor names (API.md section 3), used where a fault gives
 * none. The last row of each hundred is for every other status. */
static const struct {
    int64_t min, max;
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

    while (status < statuses[i].min || status > statuses[i].max)
        i++;
    return i;
}

const struct effect_row *effect_row(enum effect_kind kind)
{
    return &rows[kind];
}

const char *effect_word(enum effect_kind kind, int64_t delay_ms)
{
    return !kind && delay_ms ? "delay" : rows[kind].word;
}

const char *forced_race_word(enum forced_race race)
{
    return races[race];
}

enum forced_race forced_race_find(const char *word)
{
    enum forced_race race = FORCED_RACE_COUNT - 1;

    while (race && strcmp(races[race], word) != 0)
        race--;
    return race;
}

int64_t effect_delay(const struct effect *effect, size_t size)
{
    int64_t pace = effect->kind == EFFECT_SLOW ? effect->amount : 0;

    return effect->delay_ms + (pace ? ((int64_t)size * 1000 + pace - 1) / pace : 0);
}

const char *effect_scope(int64_t status)
{
    return statuses[status_index(status)].scope;
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
    if (amount < row->min || amount > row->max)
        return arena_format(arena, "%s must be from %lld to %lld", row->word, (long long)row->min,
                            (long long)row->max);
    out->kind = kind;
    out->amount = amount;
    return NULL;
}

static const char *effect_set_label(struct effect *out, const char *label)
{
    if (!label_is_valid(label, EFFECT_LABEL_MAX, true))
        return "label must be letters, digits and underscores, at most 64";
    stpcpy(out->label, label);
    return NULL;
}

/* Checks a body of one's own together with what else is there. */
static const char *effect_check_body(const struct effect *made)
{
    if (made->kind != EFFECT_STATUS)
        return made->kind == EFFECT_ANSWER ? "has a body, which is for calls of the API"
                                           : "has a body without a status";
    if (*made->label)
        return "has a body and a label, which is for the body of an error";
    if (made->html && !made->body_is_text)
        return "has html and a body that is no string";
    if (made->amount == 204 || made->amount == 205 || made->amount == 304)
        return "has a body, and a status that has none";
    if (strlen(made->body) > LIMIT_FAULT_BODY)
        return "has a body of more than 16 KiB";
    return NULL;
}

/* Checks what is there together and fills in defaults. Then it is written to *out. */
static const char *effect_complete(struct effect *made, struct effect *out)
{
    const char *wrong = made->body ? effect_check_body(made) : NULL;

    if (wrong)
        return wrong;
    if (made->kind == EFFECT_STATUS && made->amount < 400 && !made->body)
        return "status must be from 400 to 599, or from 200 in a rule with a body";
    if (made->kind != EFFECT_STATUS && (*made->label || made->retry_after))
        return made->kind == EFFECT_ANSWER
                   ? "has a label or a retry-after, which are for calls of the API"
                   : "has a label or a retry-after without a status";
    if (made->html && made->kind != EFFECT_STATUS)
        return made->kind == EFFECT_ANSWER ? "has html, which is for calls of the API"
                                           : "has html without a status";
    if (made->html && *made->label)
        return "has html and a label, which a page does not have";
    if (!made->kind && !made->delay_ms)
        return "has no effect";
    if (made->kind == EFFECT_STATUS && !*made->label && !made->html && !made->body)
        stpcpy(made->label, statuses[status_index(made->amount)].label);
    if (made->kind == EFFECT_STATUS && made->amount == 429 && !made->retry_after)
        made->retry_after = 1;
    *out = *made;
    return NULL;
}

static bool key_fits(const char *key, bool of_delivery)
{
    enum effect_kind kind = EFFECT_NONE + 1;

    while (kind < EFFECT_COUNT &&
           (rows[kind].of_delivery != of_delivery || strcmp(rows[kind].key, key) != 0))
        kind++;
    return kind < EFFECT_COUNT;
}

/* The effect of one kind, if the object has it. */
static const char *effect_add_member(struct arena *arena, enum effect_kind kind,
                                     const cJSON *object, bool of_delivery, struct effect *out)
{
    const struct effect_row *row = &rows[kind];
    const cJSON *value = json_find(object, row->key);

    if (!value || cJSON_IsFalse(value))
        return NULL;
    if (row->of_delivery == of_delivery)
        return effect_add(arena, kind,
                          cJSON_IsString(value) ? forced_race_find(value->valuestring)
                                                : json_integer(object, row->key, 1),
                          out);
    if (key_fits(row->key, of_delivery))
        return NULL;
    return arena_format(arena, "%s is for %s", row->key,
                        of_delivery ? "calls of the API, and this rule is about callbacks"
                                    : "callbacks: such a rule has \"callback\": true");
}

const char *effect_from_json(struct arena *arena, const cJSON *object, bool of_delivery,
                             struct effect *out)
{
    bool hyphen = json_find(object, "retry-after");
    const char *label = json_text(object, "label"), *wrong = NULL;
    const cJSON *body = json_find(object, "body");
    struct effect made = {
        .retry_after = json_integer(object, hyphen ? "retry-after" : "retry_after", 0),
        .delay_ms = json_integer(object, "delay_ms", 0),
        .html = cJSON_IsTrue(json_find(object, "html")),
        .body_is_text = cJSON_IsString(body),
    };

    if (body)
        made.body = made.body_is_text ? body->valuestring : json_print(arena, body);

    if (hyphen && json_find(object, "retry_after"))
        return "has both retry_after and retry-after";
    if (label)
        wrong = effect_set_label(&made, label);
    for (enum effect_kind kind = EFFECT_NONE + 1; !wrong && kind < EFFECT_COUNT; kind++)
        wrong = effect_add_member(arena, kind, object, of_delivery, &made);
    return wrong ? wrong : effect_complete(&made, out);
}

/* Whether a word without a number is as it should be: "reset", or "reset=true" as in a rule. */
static bool word_is_set(const char *value)
{
    return !*value || strcmp(value, "true") == 0;
}

/* Reads the number of a word. NULL, or what the word must do instead. */
static const char *amount_read(enum effect_kind kind, const char *value, int64_t *out)
{
    if (kind == EFFECT_RACE)
        return (*out = forced_race_find(value)) ? NULL : "be finish-wins or cancel-wins";
    if (rows[kind].unit)
        return number_parse(value, "", INT64_MAX, out) ? NULL
                                                       : "be given a number, as in status=503";
    *out = 1;
    return word_is_set(value) ? NULL : "have no value";
}

static const char *effect_add_word(struct arena *arena, const char *word, const char *value,
                                   struct effect *out)
{
    const char *known = "label, retry-after, html, delay";
    int64_t amount;

    if (strcmp(word, "delay") == 0)
        return duration_parse(value, EFFECT_DELAY_MAX, &out->delay_ms)
                   ? NULL
                   : "delay must be a time such as 250ms or 2s, at most ten minutes";
    if (strcmp(word, "retry-after") == 0)
        return number_parse(value, "s", EFFECT_RETRY_AFTER_MAX, &out->retry_after) &&
                       out->retry_after
                   ? NULL
                   : "retry-after must be seconds, from one to those of a day";
    if (strcmp(word, "label") == 0)
        return effect_set_label(out, value);
    if (strcmp(word, "html") == 0)
        return (out->html = word_is_set(value)) ? NULL : "html must have no value";
    for (enum effect_kind kind = EFFECT_NONE + 1; kind < EFFECT_COUNT; kind++) {
        if (rows[kind].of_delivery)
            continue;
        known = arena_append(arena, known, ", ", rows[kind].word);
        if (strcmp(word, rows[kind].word) != 0)
            continue;
        const char *wrong = amount_read(kind, value, &amount);
        return wrong ? arena_format(arena, "%s must %s", word, wrong)
                     : effect_add(arena, kind, amount, out);
    }
    return number_parse(word, "", INT64_MAX, &amount)
               ? arena_format(arena, "must say what %s is, as in status=%s", word, word)
               : arena_format(arena, "has the unknown word \"%s\"; known: %s", word, known);
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

/* The header takes hyphens, and underscores as in a rule. */
static char *hyphenated(char *word)
{
    for (char *c = word; (c = strchr(c, '_'));)
        *c = '-';
    return word;
}

const char *effect_from_words(struct arena *arena, const char *words, struct effect *out)
{
    if (strchr(words, ','))
        return "has a comma: a semicolon stands between words, as in status=503; delay=250ms";

    char *rest = arena_strdup(arena, words), *word;
    struct effect made = {0};
    const char *wrong = NULL;

    while (!wrong && (word = strsep(&rest, ";"))) {
        char *value = strchr(word, '=');
        if (value)
            *value++ = '\0';
        wrong = effect_add_word(arena, hyphenated(trim(word)), value ? trim(value) : "", &made);
    }
    return wrong ? wrong : effect_complete(&made, out);
}

void effect_write(struct strbuf *out, const struct effect *effect)
{
    const struct effect_row *row = &rows[effect->kind];

    json_write_open(out, "effect", '{');
    if (effect->kind == EFFECT_RACE)
        json_write_text(out, row->key, races[effect->amount]);
    else if (effect->kind && row->unit)
        json_write_integer(out, row->key, effect->amount);
    else if (effect->kind)
        json_write_bool(out, row->key, true);
    if (*effect->label)
        json_write_text(out, "label", effect->label);
    if (effect->retry_after)
        json_write_integer(out, "retry_after", effect->retry_after);
    if (effect->html)
        json_write_bool(out, "html", true);
    if (effect->body && effect->body_is_text)
        json_write_text(out, "body", effect->body);
    else if (effect->body)
        json_write_json(out, "body", effect->body);
    if (effect->delay_ms)
        json_write_integer(out, "delay_ms", effect->delay_ms);
    json_write_close(out, '}');
}
