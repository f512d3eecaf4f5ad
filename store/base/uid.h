/* UUIDs: read in either letter case, kept and printed in lower case (API.md section 3).
 *
 * Made ones are derived, never drawn: the same seed, name and number give the same uid, which is
 * what makes two runs of a test, or a server before and after a restart, agree.
 */
#ifndef STORE_BASE_UID_H
#define STORE_BASE_UID_H

#include <stdbool.h>
#include <stdint.h>

enum {
    UID_SIZE = 37 /* bytes of a printed UUID, its final zero included */
};

/* Reads 36 characters of any version of UUID, with hyphens. False, and nothing written, when it is
 * not one. */
bool uid_parse(const char *text, char out[UID_SIZE]);

/* A 64-bit number that depends on the seed and the name: a seed for what has that name. */
uint64_t uid_seed(uint64_t seed, const char *name);

/* Number n of the uids of this seed, laid out as version 4: some clients' checks know only the
 * versions 1 to 5. */
void uid_derive(uint64_t seed, uint64_t n, char out[UID_SIZE]);

#endif
