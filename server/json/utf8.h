/* UTF-8 (RFC 3629): whether bytes are text, and how many characters it has. */
#ifndef SERVER_JSON_UTF8_H
#define SERVER_JSON_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    UTF8_SIZE = 4 /* bytes of a character at most */
};

/* The bytes of the character that starts here: 1 to 4, or 0 where no valid one starts. No more than
 * size bytes are read. */
size_t utf8_next(const char *text, size_t size);

/* Writes a code point, which is no surrogate, without a zero after it; returns its bytes. */
size_t utf8_encode(uint32_t code, char out[UTF8_SIZE]);

/* Whether all of it is valid. */
bool utf8_valid(const char *text, size_t size);

/* The characters (code points) of a valid string; counting ends at `most`. */
size_t utf8_length(const char *text, size_t most);

#endif
