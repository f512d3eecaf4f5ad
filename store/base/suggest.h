/* Suggestions for misspelled words: the nearest of the words that would have been right. */
#ifndef STORE_BASE_SUGGEST_H
#define STORE_BASE_SUGGEST_H

#include "store/base/arena.h"

#include <stddef.h>

/* The candidate with the fewest letters to change (Levenshtein distance, letter case ignored), if
 * those are few: at most a third of its letters or two, and never more than half. Among equally
 * near ones the first, or one that begins with the word. NULL: no candidate is that near. */
const char *suggest(const char *word, const char *const *candidates, size_t count);

/* The letters to change from one word to the other, letter case ignored; a very large number when
 * one is longer than 128. */
size_t suggest_distance(const char *word, const char *other);

/* In words: "did you mean X"; without a suggestion "allowed: X, Y" with all allowed values (NULL
 * after the last). NULL when there is neither. */
const char *suggest_in_words(struct arena *arena, const char *suggestion,
                             const char *const *allowed);

#endif
