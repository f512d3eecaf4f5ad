/* The report of coverage for people and for a CI. */
#ifndef SERVER_COVERAGE_FORMATS_H
#define SERVER_COVERAGE_FORMATS_H

#include "server/coverage/report.h"

/* Plain text: what was never tried, then findings, then totals. */
struct strbuf report_text(const struct report *report);

/* Markdown for the summary of a job. */
struct strbuf report_markdown(const struct report *report);

/* JUnit's XML: a cell that was never tried is skipped, a finding is a failure. */
struct strbuf report_junit(const struct report *report);

#endif
