#include "store/base/suggest.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { WORD_MAX = 128 };

static size_t size_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

static char lower_case(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Levenshtein's table, one row at a time. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t row[WORD_MAX + 1];
    size_t length = strlen(b);

    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t change = diagonal + (lower_case(a[i - 1]) != lower_case(b[j - 1]));
            diagonal = row[j];
            row[j] = size_min(change, size_min(row[j], row[j - 1]) + 1);
        }
    }
    return row[length];
}

size_t suggest_distance(const char *word, const char *other)
{
    if (strlen(word) > WORD_MAX || strlen(other) > WORD_MAX)
        return SIZE_MAX / 4;
    return edit_distance(word, other);
}

/* Of two equally near candidates, one that continues the word is preferred. */
static bool begins_with(const char *candidate, const char *word)
{
    return *word && strncasecmp(candidate, word, strlen(word)) == 0;
}

/* How many letters of a word of this length may be wrong. */
static size_t edits_allowed(size_t length)
{
    return size_min(length / 3 > 2 ? length / 3 : 2, length / 2);
}

const char *suggest(const char *word, const char *const *candidates, size_t count)
{
    const char *best = NULL;
    size_t best_distance = 0;

    if (strlen(word) > WORD_MAX)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(candidates[i]);
        size_t allowed = edits_allowed(length);
        size_t d = length > WORD_MAX ? allowed + 1 : edit_distance(word, candidates[i]);
        bool nearer =
            !best || d < best_distance ||
            (d == best_distance && begins_with(candidates[i], word) && !begins_with(best, word));
        if (d <= allowed && nearer) {
            best = candidates[i];
            best_distance = d;
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
