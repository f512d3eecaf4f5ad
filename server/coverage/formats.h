/* The report of coverage for people and for a CI. */
#ifndef SERVER_COVERAGE_FORMATS_H
#define SERVER_COVERAGE_FORMATS_H

#include "server/coverage/report.h"

/* One form of the report; all of it is static. */
struct report_format {
    const char *name, *content_type;
    struct strbuf (*write)(const struct report *report);
};
/* The one of this name, which exists. */
const struct report_format *report_format_find(const char *name);

/* Plain text: what was never tried, then findings, then totals. */
struct strbuf report_text(const struct report *report);

/* Markdown for the summary of a job. */
struct strbuf report_markdown(const struct report *report);

/* JUnit's XML: a cell that was never tried is skipped, a finding is a failure. */
struct strbuf report_junit(const struct report *report);

#endif
