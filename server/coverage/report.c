#include "server/coverage/report.h"

#include "server/coverage/command.h"
#include "server/json/write.h"

#include <string.h>

struct report report_make(struct arena *arena, const struct coverage *coverage, const char *host)
{
    struct report report = {.arena = arena, .coverage = coverage, .host = host};
    struct cell *cells;

    report.count = cells_list(arena, &cells);
    report.cells = cells;
    for (int i = 0; i < report.count; i++) {
        bool covered = cell_count(coverage, &cells[i]) > 0;
        report.of[cells[i].dimension].cells++;
        report.of[cells[i].dimension].covered += covered;
        report.total.covered += covered;
    }
    report.total.cells = report.count;
    report.findings = arena_alloc(arena, LINT_COUNT * sizeof *report.findings);
    lint_list(&coverage->lint, report.findings);
    return report;
}

int coverage_percent(struct coverage_total total)
{
    return total.covered * 100 / total.cells;
}

const char *report_command(const struct report *report, const struct cell *cell)
{
    return command_for_cell(report->arena, report->host, (uint64_t)report->coverage->version, cell);
}

enum lint_level report_level(const struct report *report, enum lint_rule rule)
{
    return lint_finding_level(rule, &report->findings[rule]);
}

const char *report_says(const struct report *report, enum lint_rule rule)
{
    const struct lint_row *row = lint_row(rule);

    if (row->level != LINT_BY_CLOCK || report_level(report, rule) == LINT_ERROR)
        return row->consequence;
    return arena_format(report->arena,
                        "%s; with a real clock, a sleep that a test fakes looks the same: freeze "
                        "the workspace's clock and let the fake sleep advance it, and only a "
                        "client that does not wait is found",
                        row->consequence);
}

void report_count_findings(const struct report *report, int out[LINT_LEVEL_COUNT])
{
    memset(out, 0, LINT_LEVEL_COUNT * sizeof *out);
    for (enum lint_rule rule = 0; rule < LINT_COUNT; rule++)
        out[report_level(report, rule)] += report->findings[rule].count > 0;
}

static void write_total(struct strbuf *out, struct coverage_total total)
{
    json_write_integer(out, "cells", total.cells);
    json_write_integer(out, "covered", total.covered);
    json_write_integer(out, "percent", coverage_percent(total));
}

static void write_missing(const struct report *report, struct strbuf *out)
{
    json_write_open(out, "missing", '[');
    for (const struct cell *cell = report->cells; cell < report->cells + report->count; cell++) {
        if (cell_count(report->coverage, cell))
            continue;
        json_write_open(out, NULL, '{');
        json_write_text(out, "dimension", dimension_row(cell->dimension)->name);
        json_write_text(out, "cell", cell->name);
        json_write_text(out, "command", report_command(report, cell));
        json_write_close(out, '}');
    }
    json_write_close(out, ']');
}

/* What the client did after a fault. */
static void write_reactions(const struct coverage *coverage, struct strbuf *out, int fault)
{
    json_write_open(out, "then", '{');
    for (int i = 0; i < COVERAGE_REACTION_COUNT; i++)
        json_write_integer(out, coverage_reaction_word(i), coverage->reactions[fault][i]);
    json_write_close(out, '}');
}

static void write_cells(const struct report *report, struct strbuf *out,
                        enum coverage_dimension dimension)
{
    json_write_open(out, "counts", '[');
    for (const struct cell *cell = report->cells; cell < report->cells + report->count; cell++) {
        if (cell->dimension != dimension)
            continue;
        json_write_open(out, NULL, '{');
        json_write_text(out, "cell", cell->name);
        json_write_integer(out, "count", cell_count(report->coverage, cell));
        if (dimension == COVER_FAULTS)
            write_reactions(report->coverage, out, cell->column);
        json_write_close(out, '}');
    }
    json_write_close(out, ']');
}

static void write_dimensions(const struct report *report, struct strbuf *out)
{
    json_write_open(out, "dimensions", '[');
    for (enum coverage_dimension d = 0; d < COVER_COUNT; d++) {
        const struct dimension_row *row = dimension_row(d);
        json_write_open(out, NULL, '{');
        json_write_text(out, "dimension", row->name);
        json_write_text(out, "what", row->what);
        json_write_text(out, "why", row->why);
        write_total(out, report->of[d]);
        write_cells(report, out, d);
        json_write_close(out, '}');
    }
    json_write_close(out, ']');
}

static void write_findings(const struct report *report, struct strbuf *out)
{
    json_write_open(out, "findings", '[');
    for (enum lint_rule rule = 0; rule < LINT_COUNT; rule++) {
        const struct lint_finding *finding = &report->findings[rule];
        if (!finding->count)
            continue;
        json_write_open(out, NULL, '{');
        json_write_text(out, "rule", lint_row(rule)->name);
        json_write_text(out, "level", lint_level_name(report_level(report, rule)));
        json_write_text(out, "finds", lint_row(rule)->finds);
        json_write_text(out, "says", report_says(report, rule));
        json_write_integer(out, "count", finding->count);
        json_write_open(out, "request_ids", '[');
        for (int i = 0; i < LINT_IDS && *finding->place[i].id; i++)
            json_write_text(out, NULL, finding->place[i].id);
        json_write_close(out, ']');
        json_write_open(out, "labels", '[');
        for (int i = 0; i < LINT_IDS && *finding->place[i].id; i++)
            json_write_text(out, NULL, json_safe(report->arena, finding->place[i].label));
        json_write_close(out, ']');
        json_write_close(out, '}');
    }
    json_write_close(out, ']');
}

struct strbuf report_json(const struct report *report)
{
    struct strbuf out = json_write_begin(report->arena, '{');

    json_write_time(&out, "since", report->coverage->since);
    json_write_integer(&out, "requests", report->coverage->requests);
    write_total(&out, report->total);
    write_missing(report, &out);
    write_findings(report, &out);
    write_dimensions(report, &out);
    return json_write_end(&out, '}');
}
