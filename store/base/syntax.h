/* The forms of short texts: API keys, HTTP tokens, labels, numbers. */
#ifndef STORE_BASE_SYNTAX_H
#define STORE_BASE_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an API key can be (API.md section 2), after "must be" or "it takes": a format, of
 * LIMIT_API_KEY. */
#define API_KEY_FORM "1 to %d visible ASCII characters, with spaces only between them"

/* Whether a client can send it as a key. Spaces within it are taken as they are; those around a
 * header's value are no part of it (RFC 9110 section 5.5). */
bool api_key_is_valid(const char *key);

/* Whether a method or the name of a header can be written so (RFC 9110 section 5.6.2). */
bool token_is_valid(const char *text, size_t size);

/* Whether a text may be an error's label: letters, digits and underscores, at most so many. The
 * vendor's have upper case letters alone. */
bool label_is_valid(const char *text, size_t most, bool lower_case);

/* Reads "250", or "250ms" where the unit is "ms" ("" for none). No sign, no white space. False, and
 * nothing written, for anything else, and for more than `most`. */
bool number_parse(const char *text, const char *unit, int64_t most, int64_t *out);

#endif
