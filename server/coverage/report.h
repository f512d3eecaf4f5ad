/* The report of coverage: what was tried, what was never tried and how to try it, and what clients
 * do wrong.
 */
#ifndef SERVER_COVERAGE_REPORT_H
#define SERVER_COVERAGE_REPORT_H

#include "server/coverage/cells.h"
#include "store/base/strbuf.h"

/* The header of its reply, so that a CI need not read it: cells, those that are covered, rules that
 * were broken. */
#define COVERAGE_HEADER "Emulator-Coverage"
#define COVERAGE_HEADER_FORMAT "cells=%d; covered=%d; errors=%d; warnings=%d"

struct coverage_total {
    int cells, covered;
};

/* Made by report_make(); its findings may be set to zero. All of it is in the arena that it was
 * made in, or in *coverage. */
struct report {
    struct arena *arena;
    const struct coverage *coverage;
    const char *host; /* with a port: where its commands find the server */
    bool brief;       /* the text has no commands */
    const struct cell *cells;
    int count;
    struct coverage_total total, of[COVER_COUNT];
    struct lint_finding *findings; /* LINT_COUNT of them */
};

struct report report_make(struct arena *arena, const struct coverage *coverage, const char *host);

/* The whole number of percent that are covered, rounded down. */
int coverage_percent(struct coverage_total total);

/* The command that covers one of its cells. */
const char *report_command(const struct report *report, const struct cell *cell);

/* ERROR or WARNING, and what goes wrong in production, of one of its findings. */
enum lint_level report_level(const struct report *report, enum lint_rule rule);
const char *report_says(const struct report *report, enum lint_rule rule);

/* How many rules of each level were broken. */
void report_count_findings(const struct report *report, int out[LINT_LEVEL_COUNT]);

/* The report as JSON. */
struct strbuf report_json(const struct report *report);

#endif
