#include "server/contract/suggest.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { WORD_MAX = 128 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static char folded(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* The classic table, one row at a time. */
static size_t distance(const char *a, const char *b)
{
    size_t row[WORD_MAX + 1];
    size_t length = strlen(b);

    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t change = diagonal + (folded(a[i - 1]) != folded(b[j - 1]));
            diagonal = row[j];
            row[j] = least(change, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[length];
}

size_t suggest_distance(const char *word, const char *other)
{
    if (strlen(word) > WORD_MAX || strlen(other) > WORD_MAX)
        return SIZE_MAX / 4;
    return distance(word, other);
}

/* Of two that are equally near, one that only wants to be finished. */
static bool begins(const char *candidate, const char *word)
{
    return *word && strncasecmp(candidate, word, strlen(word)) == 0;
}

/* How many letters of a word may be wrong. */
static size_t slip(size_t length)
{
    return least(length / 3 > 2 ? length / 3 : 2, length / 2);
}

const char *suggest(const char *word, const char *const *candidates, size_t count)
{
    const char *best = NULL;
    size_t best_distance = 0;

    if (strlen(word) > WORD_MAX)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(candidates[i]);
        size_t allowed = slip(length);
        size_t d = length > WORD_MAX ? allowed + 1 : distance(word, candidates[i]);
        bool nearer = !best || d < best_distance ||
                      (d == best_distance && begins(candidates[i], word) && !begins(best, word));
        if (d <= allowed && nearer) {
            best = candidates[i];
            best_distance = d;
        }
    }
    return best;
}

const char *suggest_in_words(struct arena *arena, const char *near, const char *const *allowed)
{
    const char *list = "";

    if (near)
        return arena_format(arena, "did you mean %s", near);
    for (; allowed && *allowed; allowed++)
        list = arena_append(arena, list, ", ", *allowed);
    return *list ? arena_format(arena, "allowed: %s", list) : NULL;
}
