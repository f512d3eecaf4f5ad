#include "server/verify/facts.h"

#include "server/json/write.h"
#include "store/base/syntax.h"

#include <string.h>

enum {
    NAME_SIZE_MAX = 64,
    TEXT_SIZE_MAX = 512, /* of several names */
    KEY_SIZE_MIN = 6     /* a shorter one is nobody's secret, and is part of too many words */
};

static const char *const kinds[KIND_COUNT] = {
#define KIND(name, word) [KIND_##name] = (word),
#include "server/verify/kinds.def"
};

/* What the API documents as nullable, and the emulator never shows as null (API.md section 4). */
static const char *const nullable[] = {"status", "output_count", "updated_at"};

static bool has_key(const struct facts *facts, const char *text)
{
    return facts->key && strlen(facts->key) >= KEY_SIZE_MIN && strcasestr(text, facts->key);
}

const char *facts_safe(const struct facts *facts, const char *text)
{
    if (!text)
        return "(none)";
    if (has_key(facts, text))
        return "(the key)";
    return label_is_valid(text, NAME_SIZE_MAX, true) ? arena_strdup(facts->arena, text)
                                                     : "(not a name)";
}

struct fact *facts_find(const struct facts *facts, const char *name, bool is_field)
{
    for (size_t i = 0; i < facts->count; i++) {
        struct fact *fact = &facts->list[i];
        if ((fact->kinds != 0) == is_field && strcmp(fact->name, name) == 0)
            return fact;
    }
    return NULL;
}

struct fact *facts_add(struct facts *facts, const char *name)
{
    if (facts->count == facts->capacity)
        facts->list = arena_grow(facts->arena, facts->list, sizeof *facts->list, &facts->capacity);
    facts->list[facts->count] = (struct fact){.name = name};
    return &facts->list[facts->count++];
}

void facts_set(struct facts *facts, const char *name, const char *value)
{
    facts_add(facts, name)->value = value;
}

const char *facts_value(const struct facts *facts, const char *name)
{
    const struct fact *fact = facts_find(facts, name, false);

    return fact ? fact->value : NULL;
}

bool facts_succeeded(const struct facts *facts)
{
    const char *status = facts_value(facts, "status");

    return status && *status == '2';
}

void facts_merge_fields(struct facts *facts, const struct facts *list)
{
    for (size_t i = 0; i < facts->count; i++) {
        if (facts->list[i].kinds && !facts_find(list, facts->list[i].name, true))
            facts->list[i].kinds |= 1U << KIND_MISSING;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct fact *from = &list->list[i];
        struct fact *fact = from->kinds ? facts_find(facts, from->name, true) : NULL;
        if (from->kinds && !fact) {
            fact = facts_add(facts, from->name);
            fact->kinds = 1U << KIND_MISSING;
        }
        if (fact) {
            fact->kinds |= from->kinds;
            fact->seen += from->seen;
            fact->objects += from->objects;
        }
    }
}

/* The kinds in words, such as "null or time". */
static const char *kinds_text(struct arena *arena, unsigned set)
{
    const char *text = "";

    for (enum field_kind i = 0; i < KIND_COUNT; i++) {
        if (set & 1U << i)
            text = arena_append(arena, text, " or ", kinds[i]);
    }
    return text;
}

static bool is_nullable(const char *name)
{
    for (size_t i = 0; i < sizeof nullable / sizeof *nullable; i++) {
        if (strcmp(nullable[i], name) == 0)
            return true;
    }
    return false;
}

/* What a field may be as far as ours shows it. One that ours always shows as null may be anything.
 * One object says little about null: a list of many says which fields are never null. */
static unsigned kinds_allowed(const struct facts *ours, const struct fact *field)
{
    const unsigned absent = 1U << KIND_NULL | 1U << KIND_MISSING;
    const struct fact *items = facts_find(ours, "", true);
    unsigned allowed = field->kinds;

    if (!(allowed & ~absent))
        allowed |= ~absent;
    if (allowed & 1U << KIND_NUMBER)
        allowed |= 1U << KIND_INTEGER;
    if (is_nullable(field->name) || (items->seen == 1 && !(allowed & 1U << KIND_MISSING)))
        allowed |= 1U << KIND_NULL;
    return allowed;
}

/* Whether theirs shows the object in which the field would be. */
static bool parent_is_shown(const struct facts *theirs, const char *name)
{
    const char *end = strrchr(name, '.');
    const struct fact *parent =
        facts_find(theirs, end ? arena_copy(theirs->arena, name, (size_t)(end - name)) : "", true);

    return *name && parent && parent->objects;
}

struct comparison {
    struct difference *out;
    size_t max, count;
};

static void comparison_add(struct comparison *c, const char *name, const char *here,
                           const char *there)
{
    if (c->count++ < c->max)
        c->out[c->count - 1] = (struct difference){name, here, there};
}

static void compare_field(struct comparison *c, const struct facts *ours,
                          const struct facts *theirs, const struct fact *here,
                          const struct fact *there)
{
    const char *name = here ? here->name : there->name;
    unsigned found = there ? there->kinds : 1U << KIND_MISSING;
    unsigned allowed = here ? kinds_allowed(ours, here) : 1U << KIND_MISSING;

    if ((there || parent_is_shown(theirs, name)) && (found & ~allowed))
        comparison_add(c, arena_format(theirs->arena, "field %s", *name ? name : "(item)"),
                       kinds_text(theirs->arena, here ? here->kinds : allowed),
                       kinds_text(theirs->arena, found));
}

size_t facts_compare(const struct facts *ours, const struct facts *theirs, struct difference *out,
                     size_t max)
{
    struct comparison c = {out, max, 0};
    bool fields = facts_succeeded(ours) == facts_succeeded(theirs) && facts_find(ours, "", true);

    for (size_t i = 0; i < ours->count; i++) {
        const struct fact *here = &ours->list[i];
        const struct fact *there = facts_find(theirs, here->name, here->kinds);
        if (here->kinds && fields)
            compare_field(&c, ours, theirs, here, there);
        if (!here->kinds && there && there->value &&
            (!here->value || strcmp(here->value, there->value) != 0))
            comparison_add(&c, here->name, here->value ? here->value : "(none)", there->value);
    }
    for (size_t i = 0; fields && i < theirs->count; i++) {
        const struct fact *there = &theirs->list[i];
        if (there->kinds && !facts_find(ours, there->name, true))
            compare_field(&c, ours, theirs, NULL, there);
    }
    return c.count;
}

void facts_write(const struct facts *facts, struct strbuf *out)
{
    json_write_open(out, "facts", '[');
    for (size_t i = 0; i < facts->count; i++) {
        const struct fact *fact = &facts->list[i];
        json_write_open(out, NULL, '{');
        json_write_text(out, fact->kinds ? "field" : "name", fact->name);
        if (!fact->kinds)
            json_write_text(out, "value", fact->value);
        else
            json_write_open(out, "kinds", '[');
        for (enum field_kind k = 0; fact->kinds && k < KIND_COUNT; k++) {
            if (fact->kinds & 1U << k)
                json_write_text(out, NULL, kinds[k]);
        }
        if (fact->kinds)
            json_write_close(out, ']');
        json_write_close(out, '}');
    }
    json_write_close(out, ']');
}

static unsigned kinds_read(const cJSON *list)
{
    unsigned set = 0;
    const cJSON *word;

    cJSON_ArrayForEach (word, list) {
        for (enum field_kind k = 0; cJSON_IsString(word) && k < KIND_COUNT; k++)
            set |= strcmp(word->valuestring, kinds[k]) == 0 ? 1U << k : 0;
    }
    return set;
}

/* Whether a text is made of names, with dots or spaces between them, in brackets or not. */
static bool text_is_safe(const struct facts *facts, const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789_.,() ";

    return text && !text[strspn(text, allowed)] && strlen(text) < TEXT_SIZE_MAX &&
           !has_key(facts, text);
}

bool facts_restore(struct facts *out, const cJSON *object)
{
    const cJSON *list = json_find(object, "facts"), *item;

    cJSON_ArrayForEach (item, list) {
        const char *name = json_text(item, "name"), *field = json_text(item, "field");
        const char *value = json_text(item, "value");
        unsigned set = kinds_read(json_find(item, "kinds"));
        if (!text_is_safe(out, field ? field : name) || (value && !text_is_safe(out, value)) ||
            (field && !set))
            return false;
        struct fact *fact = facts_add(out, arena_strdup(out->arena, field ? field : name));
        fact->value = field ? NULL : arena_strdup(out->arena, value);
        fact->kinds = field ? set : 0;
        fact->seen = 1;
        fact->objects = set & 1U << KIND_OBJECT ? 1 : 0;
    }
    return cJSON_IsArray(list) && facts_value(out, "status");
}
