/* The forms of short texts: API keys, ids of requests, HTTP tokens, labels, numbers. */
#ifndef STORE_BASE_SYNTAX_H
#define STORE_BASE_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an API key may be (API.md section 2), to follow "must be": a printf format that takes
 * LIMIT_API_KEY. */
#define API_KEY_FORM "1 to %d visible ASCII characters, with spaces only between them"

/* Whether a text may be an API key. It may contain spaces, but not begin or end with one: spaces
 * around a header's value are not part of it (RFC 9110 section 5.5). */
bool api_key_is_valid(const char *key);

/* Whether a text may be the id of a request: 1 to LIMIT_REQUEST_ID visible ASCII characters. */
bool request_id_is_valid(const char *text);

/* Whether a text may be a method or the name of a header (a token, RFC 9110 section 5.6.2). */
bool token_is_valid(const char *text, size_t size);

/* Whether a text may be an error's label: at most `max` letters, digits and underscores. Lower
 * case is optional because the vendor's labels have none. */
bool label_is_valid(const char *text, size_t max, bool lower_case);

/* Reads "250", or "250ms" where the unit is "ms" (it may be ""). Returns false for any other text,
 * a sign or white space included, and for more than `max`. */
bool number_parse(const char *text, const char *unit, int64_t max, int64_t *out);

/* Whether only the emulator may set this header of a callback, in any letter case: those about the
 * connection and the message, and its own (CONTROL.md "Who may call"). */
bool callback_header_is_reserved(const char *name);

#endif
