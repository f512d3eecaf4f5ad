/* What is said on stderr, caught in a file so that a story can read it. */
#ifndef TESTS_UNIT_QUIET_H
#define TESTS_UNIT_QUIET_H

/* From here on stderr goes to a temporary file. */
void quiet_start(void);

/* Ends that, and gives what was said; valid until the next call. */
const char *quiet_stop(void);

#endif
