#include "server/coverage/formats.h"

#include "server/json/json.h"
#include "store/base/instant.h"

#include <ctype.h>
#include <string.h>

#define END_OF(report) ((report)->cells + (report)->count)

static void add_summary(const struct report *report, struct strbuf *out)
{
    char since[INSTANT_SIZE];

    instant_format(report->coverage->since, since);
    strbuf_format(out, "%d of %d cells are covered (%d%%), by %lld calls since %s.",
                  report->total.covered, report->total.cells, coverage_percent(report->total),
                  (long long)report->coverage->requests, since);
}

static bool is_missing(const struct report *report, const struct cell *cell,
                       enum coverage_dimension dimension)
{
    return cell->dimension == dimension && !cell_count(report->coverage, cell);
}

/* The cells of a dimension that are missing, each as this format has it: its name, its command. */
static void add_missing(const struct report *report, struct strbuf *out,
                        enum coverage_dimension dimension, const char *format)
{
    for (const struct cell *cell = report->cells; cell < END_OF(report); cell++) {
        if (is_missing(report, cell, dimension))
            strbuf_format(out, format, cell->name, report_command(report, cell));
    }
}

/* Where a finding was: "ID (label), ID". What could end a span of code, or move a terminal's
 * cursor, is replaced. */
static const char *finding_places(const struct report *report, enum lint_rule rule)
{
    const struct lint_finding *finding = &report->findings[rule];
    const char *places = "";

    for (int i = 0; i < LINT_IDS && *finding->place[i].id; i++) {
        const struct lint_place *place = &finding->place[i];
        const char *label = json_safe(report->arena, place->label),
                   *text = *label ? arena_format(report->arena, "%s (%s)", place->id, label)
                                  : place->id;
        places = arena_append(report->arena, places, ", ", text);
    }
    char *copy = arena_strdup(report->arena, places);
    for (char *c = copy; *c; c++) {
        if (*c == '`')
            *c = '\'';
        else if (iscntrl((unsigned char)*c))
            *c = '?';
    }
    return copy;
}

/* The findings, each as this format has it: level, rule, how often, what it finds, what goes wrong,
 * ids. */
static void add_findings(const struct report *report, struct strbuf *out, const char *format)
{
    for (enum lint_rule rule = 0; rule < LINT_COUNT; rule++) {
        const struct lint_row *row = lint_row(rule);
        if (report->findings[rule].count)
            strbuf_format(out, format, lint_level_name(report_level(report, rule)), row->name,
                          (long long)report->findings[rule].count, row->finds,
                          report_says(report, rule), finding_places(report, rule));
    }
}

static bool has_findings(const struct report *report)
{
    enum lint_rule rule = 0;

    while (rule < LINT_COUNT && !report->findings[rule].count)
        rule++;
    return rule < LINT_COUNT;
}

/* The names of the cells of a dimension that are missing. */
static const char *missing_names(const struct report *report, enum coverage_dimension dimension)
{
    const char *names = "";

    for (const struct cell *cell = report->cells; cell < END_OF(report); cell++) {
        if (is_missing(report, cell, dimension))
            names = arena_append(report->arena, names, ", ", cell->name);
    }
    return names;
}

struct strbuf report_text(const struct report *report)
{
    struct strbuf out = {.arena = report->arena};

    add_summary(report, &out);
    strbuf_append(&out, report->total.covered < report->total.cells
                            ? "\n\nNever tried, the most useful first:\n"
                            : "\n");
    for (enum coverage_dimension d = 0; d < COVER_COUNT; d++) {
        const struct dimension_row *row = dimension_row(d);
        if (report->of[d].covered == report->of[d].cells)
            continue;
        strbuf_format(&out, "\n%s: %s; %s\n", row->name, row->what, row->why);
        if (report->brief)
            strbuf_format(&out, "  %s\n", missing_names(report, d));
        else
            add_missing(report, &out, d, "  %s\n    %s\n");
    }
    strbuf_append(&out, has_findings(report) ? "\nWhat clients do wrong:\n\n" : "");
    add_findings(report, &out, "%s %s (%lld): %s\n  %s\n  requests: %s\n");
    strbuf_append(&out, "\nCovered:\n\n");
    for (enum coverage_dimension d = 0; d < COVER_COUNT; d++)
        strbuf_format(&out, "  %-15s %3d of %3d\n", dimension_row(d)->name, report->of[d].covered,
                      report->of[d].cells);
    return out;
}

struct strbuf report_markdown(const struct report *report)
{
    struct strbuf out = {.arena = report->arena};

    strbuf_append(&out, "## Coverage of the Edges Flows API\n\n");
    add_summary(report, &out);
    strbuf_append(&out, "\n\n| what | covered | of |\n|---|---|---|\n");
    for (enum coverage_dimension d = 0; d < COVER_COUNT; d++)
        strbuf_format(&out, "| %s | %d | %d |\n", dimension_row(d)->what, report->of[d].covered,
                      report->of[d].cells);
    if (has_findings(report))
        strbuf_append(&out, "\n### What clients do wrong\n\n");
    add_findings(report, &out, "- **%s** `%s` (%lld): %s. %s. Requests: `%s`\n");
    if (report->total.covered == report->total.cells)
        return out;
    strbuf_append(&out, "\n<details><summary>Never tried, the most useful first</summary>\n");
    for (enum coverage_dimension d = 0; d < COVER_COUNT; d++) {
        if (report->of[d].covered == report->of[d].cells)
            continue;
        strbuf_format(&out, "\n#### %s\n\n```sh\n", dimension_row(d)->what);
        add_missing(report, &out, d, "# %s\n%s\n");
        strbuf_append(&out, "```\n");
    }
    strbuf_append(&out, "\n</details>\n");
    return out;
}

/* A text as the value of an attribute in XML. */
static const char *xml_quote(const struct report *report, const char *text)
{
    static const char *const entities[] = {
        ['"'] = "&quot;", ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;"};
    struct strbuf out = {.arena = report->arena};

    strbuf_append(&out, "");
    for (; *text; text++) {
        size_t c = (unsigned char)*text;
        if (c < sizeof entities / sizeof *entities && entities[c])
            strbuf_append(&out, entities[c]);
        else
            strbuf_add(&out, text, 1);
    }
    return out.bytes;
}

static void add_junit_cell(const struct report *report, struct strbuf *out, const struct cell *cell)
{
    strbuf_format(out, "    <testcase classname=\"coverage.%s\" name=\"%s\"",
                  dimension_row(cell->dimension)->name, xml_quote(report, cell->name));
    if (cell_count(report->coverage, cell))
        strbuf_append(out, "/>\n");
    else
        strbuf_format(out, "><skipped message=\"never tried: %s\"/></testcase>\n",
                      xml_quote(report, report_command(report, cell)));
}

/* Each rule of the lint is a case. */
static void add_junit_lint(const struct report *report, struct strbuf *out)
{
    int failures = 0;

    for (enum lint_rule rule = 0; rule < LINT_COUNT; rule++)
        failures += report->findings[rule].count > 0;
    strbuf_format(out, "  <testsuite name=\"lint\" tests=\"%d\" failures=\"%d\" skipped=\"0\">\n",
                  LINT_COUNT, failures);
    for (enum lint_rule rule = 0; rule < LINT_COUNT; rule++) {
        const struct lint_row *row = lint_row(rule);
        strbuf_format(out, "    <testcase classname=\"coverage.lint\" name=\"%s\"", row->name);
        if (report->findings[rule].count)
            strbuf_format(out,
                          "><failure type=\"%s\" message=\"%s\">%s; requests: %s</failure>"
                          "</testcase>\n",
                          lint_level_name(report_level(report, rule)), row->finds,
                          report_says(report, rule),
                          xml_quote(report, finding_places(report, rule)));
        else
            strbuf_append(out, "/>\n");
    }
    strbuf_append(out, "  </testsuite>\n");
}

struct strbuf report_junit(const struct report *report)
{
    struct strbuf out = {.arena = report->arena};

    strbuf_append(&out,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"coverage\">\n");
    for (enum coverage_dimension d = 0; d < COVER_COUNT; d++) {
        struct coverage_total of = report->of[d];
        strbuf_format(&out,
                      "  <testsuite name=\"%s\" tests=\"%d\" failures=\"0\" skipped=\"%d\">\n",
                      dimension_row(d)->name, of.cells, of.cells - of.covered);
        for (const struct cell *cell = report->cells; cell < END_OF(report); cell++) {
            if (cell->dimension == d)
                add_junit_cell(report, &out, cell);
        }
        strbuf_append(&out, "  </testsuite>\n");
    }
    add_junit_lint(report, &out);
    strbuf_append(&out, "</testsuites>\n");
    return out;
}

const struct report_format *report_format_find(const char *name)
{
    static const struct report_format formats[] = {
        {"json", "application/json; charset=utf-8", report_json},
        {"text", "text/plain; charset=utf-8", report_text},
        {"markdown", "text/markdown; charset=utf-8", report_markdown},
        {"junit", "application/xml; charset=utf-8", report_junit},
    };
    const struct report_format *format = formats;

    while (strcmp(format->name, name) != 0)
        format++;
    return format;
}
