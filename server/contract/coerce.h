/* Coercion as AJV 8 does it with coerceTypes "array", as Fastify sets it: always for a query, and
 * for a body under the assumption body-coercion (API.md section 3).
 */
#ifndef SERVER_CONTRACT_COERCE_H
#define SERVER_CONTRACT_COERCE_H

#include "server/json/json.h"

/* The types that a value has: bits of enum json_type. */
unsigned coerce_types(const cJSON *value);

/* Turns a value that has none of these types (bits of enum json_type) into one that has: "10" into
 * a number, 10 into text, a single value into an array of it and back, but for objects. Null stays
 * null. False, and the value as it was, where AJV does not. */
bool coerce(struct arena *arena, cJSON *value, unsigned types);

/* Reads a text as JavaScript's Number() does: " 5", "+5", "1e1", "0x10" and "Infinity" are numbers.
 * Unlike there, the empty text is none. */
bool coerce_number(const char *text, double *out);

#endif
