#include "store/base/suggest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { WORD_MAX = 128 };

static size_t size_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

static int lower_case(char c)
{
    return tolower((unsigned char)c);
}

/* Levenshtein's table, one row at a time. */
size_t suggest_distance(const char *word, const char *other)
{
    size_t row[WORD_MAX + 1];
    size_t length = strlen(other);

    if (strnlen(word, WORD_MAX + 1) > WORD_MAX || length > WORD_MAX)
        return SIZE_MAX / 4;
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 1; word[i - 1]; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t change = diagonal + (lower_case(word[i - 1]) != lower_case(other[j - 1]));
            diagonal = row[j];
            row[j] = size_min(change, size_min(row[j], row[j - 1]) + 1);
        }
    }
    return row[length];
}

static bool begins_with(const char *candidate, const char *word)
{
    return strncasecmp(candidate, word, strlen(word)) == 0;
}

static size_t edits_allowed(size_t length)
{
    return size_min(length / 3 > 2 ? length / 3 : 2, length / 2);
}

const char *suggest(const char *word, const char *const *candidates, size_t count)
{
    const char *best = NULL;
    size_t best_distance = 0;

    for (size_t i = 0; i < count; i++) {
        size_t distance = suggest_distance(word, candidates[i]);
        if (distance > edits_allowed(strlen(candidates[i])))
            continue;
        if (!best || distance < best_distance ||
            (distance == best_distance && begins_with(candidates[i], word) &&
             !begins_with(best, word))) {
            best = candidates[i];
            best_distance = distance;
        }
    }
    return best;
}

const char *suggest_in_words(struct arena *arena, const char *suggestion,
                             const char *const *allowed)
{
    const char *list = "";

    if (suggestion)
        return arena_format(arena, "did you mean %s", suggestion);
    for (; allowed && *allowed; allowed++)
        list = arena_append(arena, list, ", ", *allowed);
    return *list ? arena_format(arena, "allowed: %s", list) : NULL;
}
