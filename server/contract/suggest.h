/* Suggestions for a slip of the keys: the nearest of the words that would have been right. */
#ifndef SERVER_CONTRACT_SUGGEST_H
#define SERVER_CONTRACT_SUGGEST_H

#include "store/base/arena.h"

#include <stddef.h>

/* The candidate with the fewest letters to change (Levenshtein; letter case is no difference), when
 * that is a slip and not another word: at most a third of its letters, or two, and never more than
 * half. Of equally near ones the first, or one that begins with the word. NULL when none is that
 * near. */
const char *suggest(const char *word, const char *const *candidates, size_t count);

/* The letters to change from one word to the other, in whatever case; a very large number when one
 * is longer than 128. */
size_t suggest_distance(const char *word, const char *other);

/* In words: "did you mean X", or "allowed: X, Y" of all that are (NULL after the last), where
 * nothing is near; NULL when there is neither. */
const char *suggest_in_words(struct arena *arena, const char *near, const char *const *allowed);

#endif
