/* UUIDs: read in either letter case, kept and written in lower case (API.md section 3).
 *
 * New ones are derived, not random: the same seed, name and number give the same uid, in two runs
 * of a test as in a server before and after a restart.
 */
#ifndef STORE_BASE_UID_H
#define STORE_BASE_UID_H

#include <stdbool.h>
#include <stdint.h>

enum {
    UID_SIZE = 37, /* bytes of a UUID as text, its final zero included */
    UID_BYTES = 16 /* of one as it is stored */
};

/* Reads a UUID of any version, 36 characters with hyphens. Returns false for any other text. */
bool uid_parse(const char *text, char out[UID_SIZE]);

/* Between the text of a UUID in lower case and its bytes, which sort alike. False for any other
 * text.
 */
bool uid_pack(const char *text, unsigned char out[UID_BYTES]);
void uid_unpack(const unsigned char bytes[UID_BYTES], char out[UID_SIZE]);

/* A seed that depends on another seed and a name. */
uint64_t uid_seed(uint64_t seed, const char *name);

/* Uid number n of a seed. It has the form of version 4, because some clients accept only versions 1
 * to 5. */
void uid_derive(uint64_t seed, uint64_t n, char out[UID_SIZE]);

#endif
