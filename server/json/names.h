/* The names of members in a text that is being parsed: each is kept once, however many objects have
 * it. The objects of a list mostly have the same names in the same order, so the name that came
 * after another one last time is looked for first.
 */
#ifndef SERVER_JSON_NAMES_H
#define SERVER_JSON_NAMES_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_name {
    struct json_name *after;    /* the one that came after it last; or NULL */
    struct json_name *child[2]; /* lesser ones, and greater ones */
    uint64_t rank;              /* random; none below it has a greater one */
    const cJSON *object;        /* for name_is_repeated() */
    size_t plain;               /* bytes, if it was written without escapes; else SIZE_MAX */
    char text[];
};

/* Zeroed, it is empty. */
struct json_names {
    struct json_name *tree; /* in order; by their ranks it is about as deep as it can be flat */
    struct json_name *last; /* the one that was read last */
    uint64_t random;
};

/* The name that stands between text and end as it came last time, with the quote behind it; else
 * NULL. */
struct json_name *names_guess(const struct json_names *names, const char *text, const char *end);

/* The name of these bytes, or NULL. */
struct json_name *names_find(const struct json_names *names, const char *bytes, size_t size);

/* Adds a name that is not there; its text and `plain` are set, the rest is zero. */
void names_add(struct json_names *names, struct json_name *name);

/* Notes that this one was read now. */
void names_note(struct json_names *names, struct json_name *name);

/* Whether a member before this one, of those that were asked about for the object, has its name.
 * Meanwhile nobody asks for another object. */
bool name_is_repeated(const cJSON *object, const cJSON *member);

#endif
