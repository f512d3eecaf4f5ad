/* Suggestions for misspelled words. */
#ifndef STORE_BASE_SUGGEST_H
#define STORE_BASE_SUGGEST_H

#include "store/base/arena.h"

#include <stddef.h>

/* The candidate nearest to the word by suggest_distance(). It may differ in two letters or a third
 * of its own, whichever is more, but in no more than half. Of equally near candidates: one that
 * begins with the word, or else the first. NULL: none is near enough. */
const char *suggest(const char *word, const char *const *candidates, size_t count);

/* The Levenshtein distance of two words, ignoring letter case; a very large number when one is
 * longer than 128. */
size_t suggest_distance(const char *word, const char *other);

/* "did you mean X", or without a suggestion "allowed: X, Y" with all allowed values (NULL after the
 * last). NULL without either. */
const char *suggest_in_words(struct arena *arena, const char *suggestion,
                             const char *const *allowed);

#endif
