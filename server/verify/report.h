/* What `verify` prints: a verdict on each probe, as text, JSON, JUnit XML or Markdown.
 *
 * It holds nothing that a service said but what facts.h lets through.
 */
#ifndef SERVER_VERIFY_REPORT_H
#define SERVER_VERIFY_REPORT_H

#include "server/verify/facts.h"
#include "server/verify/probe.h"

enum { DIFFERENCES_MAX = 8 }; /* of a probe, that are printed */

/* The words of --format, in the order of its row. */
enum report_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_JUNIT, FORMAT_MARKDOWN };

enum verdict_kind {
#define VERDICT(name, word) VERDICT_##name,
#include "server/verify/verdicts.def"
    VERDICT_COUNT
};

/* An assumption that the service decides otherwise. */
struct finding {
    enum assumption which;
    const char *here, *there;
};

struct verdict {
    enum verdict_kind kind;
    const char *reason; /* of one that is not compared; or NULL */
    struct difference differences[DIFFERENCES_MAX];
    size_t difference_count; /* of all */
    struct finding findings[PROBE_SETTLES];
    int finding_count;
};

struct report {
    enum report_format format;
    enum probe_level level;
    struct verdict verdicts[PROBE_COUNT];
    int requests;        /* sent to the service */
    const char *stopped; /* why it ended early; or NULL */
    enum probe_id last;  /* that was run; those after it are skipped because it stopped */
    struct assumptions assumptions;
    struct assumption_set settled; /* of these assumptions */
    int64_t at;                    /* when the service showed them */
};

/* Prints the verdict on a probe that was run, if the format is text; the rest is printed at the
 * end. */
void report_probe(const struct report *report, enum probe_id id);

/* Prints the end of the text, or all of it. */
void report_end(const struct report *report);

/* How many probes have this verdict. */
int report_count(const struct report *report, enum verdict_kind kind);

#endif
