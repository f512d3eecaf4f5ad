/* Holds what a service showed against what the emulator would have shown, under each value of the
 * assumptions that a probe settles.
 */
#ifndef SERVER_VERIFY_JUDGE_H
#define SERVER_VERIFY_JUDGE_H

#include "server/verify/reference.h"
#include "server/verify/report.h"

/* Writes the verdict on a probe into the report. A value that alone explains what the service
 * showed is settled, and holds for the probes after this one. Strings go into the arena. False
 * after saying on stderr why the emulator cannot be asked. */
bool judge(struct report *report, struct reference *reference, struct arena *arena,
           enum probe_id id, const struct facts *theirs);

#endif
