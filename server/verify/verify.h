/* The command `verify`: holds the guesses against the real service (CONTROL.md "verify").
 *
 * It sends the probes of probes.def up to --level, at most VERIFY_REQUESTS requests, one a second,
 * and asks an emulator in a child process the same.
 */
#ifndef SERVER_VERIFY_VERIFY_H
#define SERVER_VERIFY_VERIFY_H

#include "server/verify/reference.h"

/* What it ends with, beside a usage error. */
enum verify_result {
    VERIFY_SAME,
    VERIFY_DIFFERS,
    VERIFY_USAGE,   /* said on stderr */
    VERIFY_STOPPED, /* not reached, or stopped early */
    VERIFY_ACCEPTED /* a call that should have been refused was accepted */
};

/* Does it all, and prints the report. `serve` serves in the child process. */
enum verify_result verify(const struct settings *settings, reference_serve *serve);

#endif
