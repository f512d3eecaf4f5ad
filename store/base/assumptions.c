#include "store/base/assumptions.h"

#include "store/base/syntax.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static const struct assumption_row rows[ASSUMPTION_COUNT] = {
#define ASSUMPTION(name, id, value, also, why) [ASSUME_##name] = {id, value, also, why},
#include "store/base/assumptions.def"
#undef ASSUMPTION
};

/* Whether the list "a|b|c" holds this word. */
static bool list_has(const char *list, const char *word)
{
    size_t size = strlen(word);

    while (*list) {
        size_t next = strcspn(list, "|");
        if (next == size && memcmp(list, word, size) == 0)
            return true;
        list += next + (list[next] == '|');
    }
    return false;
}

static bool assumption_allows(enum assumption which, const char *value)
{
    const struct assumption_row *row = &rows[which];

    if (strlen(value) >= ASSUMPTION_VALUE_SIZE)
        return false;
    if (strcmp(row->also, ANY_LABEL) == 0)
        return label_is_valid(value, ASSUMPTION_VALUE_SIZE - 1, false);
    return strcmp(row->value, value) == 0 || list_has(row->also, value);
}

_Static_assert(ASSUMPTION_COUNT <= 64, "a set has a bit for each");

void assumption_set_add(struct assumption_set *set, enum assumption which)
{
    set->bits |= UINT64_C(1) << which;
}

void assumption_set_remove(struct assumption_set *set, enum assumption which)
{
    set->bits &= ~(UINT64_C(1) << which);
}

bool assumption_set_has(const struct assumption_set *set, enum assumption which)
{
    return set->bits & UINT64_C(1) << which;
}

void assumptions_init(struct assumptions *assumptions)
{
    memset(assumptions, 0, sizeof *assumptions);
    for (enum assumption i = ASSUME_NONE + 1; i < ASSUMPTION_COUNT; i++)
        memcpy(assumptions->value[i], rows[i].value, strlen(rows[i].value));
}

enum assumption assumption_find(const char *id)
{
    for (enum assumption i = ASSUME_NONE + 1; i < ASSUMPTION_COUNT; i++) {
        if (strcmp(rows[i].id, id) == 0)
            return i;
    }
    return ASSUME_NONE;
}

bool assumption_decide(struct assumptions *assumptions, enum assumption which, const char *value)
{
    if (!assumption_allows(which, value))
        return false;
    if (strcmp(assumptions->value[which], value) != 0)
        assumption_set_remove(&assumptions->verified, which);
    memcpy(assumptions->value[which], value, strlen(value) + 1);
    assumption_set_add(&assumptions->decided, which);
    return true;
}

static void assumption_set_copy(struct assumption_set *set, enum assumption which,
                                const struct assumption_set *from)
{
    assumption_set_remove(set, which);
    set->bits |= from->bits & UINT64_C(1) << which;
}

void assumption_restore(struct assumptions *assumptions, enum assumption which,
                        const struct assumptions *start)
{
    memcpy(assumptions->value[which], start->value[which], ASSUMPTION_VALUE_SIZE);
    assumption_set_copy(&assumptions->decided, which, &start->decided);
    assumption_set_copy(&assumptions->verified, which, &start->verified);
}

const struct assumption_row *assumption_row(enum assumption which)
{
    assert(which > ASSUME_NONE && which < ASSUMPTION_COUNT);
    return &rows[which];
}

const char *assumption_value(const struct assumptions *assumptions, enum assumption which)
{
    assert(which > ASSUME_NONE && which < ASSUMPTION_COUNT);
    return assumptions->value[which];
}
