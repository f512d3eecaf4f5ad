/* Finds members of JSON objects and items of arrays that are text, without parsing them: for texts
 * that were checked before. */
#ifndef STORE_BASE_JSON_MEMBER_H
#define STORE_BASE_JSON_MEMBER_H

#include <stddef.h>

/* The first member of an object with this name, which is written without escapes: where its value
 * begins, and how many bytes it has. NULL: there is none. The object must be valid JSON and begin
 * with its brace. */
const char *json_member_find(const char *object, const char *name, size_t *size);

/* Copies the items of an array, which must be valid JSON, one after the other: each without white
 * space between its parts, and with a zero behind it. `out` has as much room as the array. Returns
 * how many there are. */
size_t json_items_copy(const char *array, char *out);

#endif
