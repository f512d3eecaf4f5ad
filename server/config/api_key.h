/* What an API key can be (API.md section 2). */
#ifndef SERVER_CONFIG_API_KEY_H
#define SERVER_CONFIG_API_KEY_H

#include <stdbool.h>

/* In words, after "must be" or "it takes": a format, of LIMIT_API_KEY. */
#define API_KEY_WANTED "1 to %d visible ASCII characters, with spaces only between them"

/* Whether a client can send it: 1 to LIMIT_API_KEY bytes of visible ASCII. Spaces within it are
 * taken as they are; those around a header's value are no part of it (RFC 9110 section 5.5). */
bool api_key_is_possible(const char *key);

#endif
