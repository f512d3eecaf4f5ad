/* Files of `verify`: what a service showed, to be compared again without it, and what was settled.
 *
 * A record has the facts of each reply, one file for each probe; no body, address or key.
 */
#ifndef SERVER_VERIFY_RECORD_H
#define SERVER_VERIFY_RECORD_H

#include "server/verify/facts.h"
#include "server/verify/report.h"

/* Makes the folder, if it is not there. False after saying on stderr why not. */
bool record_open(const char *folder);

/* Writes the facts of a probe into its file in the folder. */
bool record_write(const char *folder, const struct probe *probe, const struct facts *facts);

/* Reads them, and lowers *at to the time of the record. False: there is no such file, or *bad: it
 * is not one that was written so. */
bool record_read(const char *folder, const struct probe *probe, struct facts *out, int64_t *at,
                 bool *bad);

/* Whether a file can be written; says on stderr why not. */
bool record_check(const char *path);

/* Writes what is settled, for --assume @FILE, into a new file that takes the place of an old one.
 */
bool record_save(const char *path, const struct report *report);

#endif
