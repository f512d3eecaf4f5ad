#include "server/verify/report.h"

#include "server/json/write.h"

#include <stdio.h>
#include <string.h>

static const char *const words[VERDICT_COUNT] = {
#define VERDICT(name, word) [VERDICT_##name] = (word),
#include "server/verify/verdicts.def"
};

/* Said of those that were skipped because it stopped. */
#define AFTER_STOP "%d more, which --format json lists"

int report_count(const struct report *report, enum verdict_kind kind)
{
    int count = 0;

    for (enum probe_id i = PROBE_NONE + 1; i < PROBE_COUNT; i++)
        count += report->verdicts[i].kind == kind ? 1 : 0;
    return count;
}

static size_t differences_shown(const struct verdict *verdict)
{
    return verdict->difference_count < DIFFERENCES_MAX ? verdict->difference_count
                                                       : DIFFERENCES_MAX;
}

/* What a line of the report says of a probe: its request when that is only planned. */
static void print_subject(const struct probe *probe, const struct verdict *verdict)
{
    if (verdict->kind == VERDICT_PLANNED)
        printf("%s %s%s%s%s", probe->method, probe->target, probe->body ? " " : "",
               probe->body ? probe->body : "",
               probe->flags & FLAG_KEYLESS ? " (without the key)" : "");
    else
        printf("%s", probe->varies);
    if (verdict->reason)
        printf(" (%s)", verdict->reason);
}

void report_probe(const struct report *report, enum probe_id id)
{
    const struct probe *probe = probe_row(id);
    const struct verdict *verdict = &report->verdicts[id];

    if (report->format != FORMAT_TEXT || verdict->kind == VERDICT_NONE)
        return;
    printf("%-8s %s: ", words[verdict->kind], probe->id);
    print_subject(probe, verdict);
    putchar('\n');
    for (size_t i = 0; i < differences_shown(verdict); i++)
        printf("         %s: %s here, %s there\n", verdict->differences[i].name,
               verdict->differences[i].here, verdict->differences[i].there);
    if (verdict->difference_count > DIFFERENCES_MAX)
        printf("         and %zu more\n", verdict->difference_count - DIFFERENCES_MAX);
    for (int i = 0; i < verdict->finding_count; i++)
        printf("         --assume %s=%s\n", assumption_row(verdict->findings[i].which)->id,
               verdict->findings[i].there);
    fflush(stdout);
}

/* How many probes were skipped because it stopped. */
static int count_after_stop(const struct report *report)
{
    int count = 0;

    for (enum probe_id i = report->last + 1; i < PROBE_COUNT; i++)
        count += report->verdicts[i].kind == VERDICT_SKIPPED ? 1 : 0;
    return count;
}

static void print_summary(const struct report *report)
{
    const char *separator = "";

    printf("%d request%s sent: ", report->requests, report->requests == 1 ? "" : "s");
    for (enum verdict_kind i = VERDICT_NONE; i < VERDICT_COUNT; i++) {
        int count = report_count(report, i);
        if (i != VERDICT_NONE && count) {
            printf("%s%d %s", separator, count, words[i]);
            separator = ", ";
        }
    }
    printf("%s%s\n", report->stopped ? "; stopped: " : "", report->stopped ? report->stopped : "");
}

static void write_differences(struct strbuf *out, const struct verdict *verdict)
{
    json_write_open(out, "differences", '[');
    for (size_t i = 0; i < differences_shown(verdict); i++) {
        json_write_open(out, NULL, '{');
        json_write_text(out, "what", verdict->differences[i].name);
        json_write_text(out, "here", verdict->differences[i].here);
        json_write_text(out, "there", verdict->differences[i].there);
        json_write_close(out, '}');
    }
    json_write_close(out, ']');
    json_write_open(out, "assumptions", '[');
    for (int i = 0; i < verdict->finding_count; i++) {
        const struct finding *finding = &verdict->findings[i];
        json_write_open(out, NULL, '{');
        json_write_text(out, "id", assumption_row(finding->which)->id);
        json_write_text(out, "here", finding->here);
        json_write_text(out, "there", finding->there);
        json_write_close(out, '}');
    }
    json_write_close(out, ']');
}

static void print_json(const struct report *report)
{
    struct arena arena = {0};
    struct strbuf out = json_write_begin(&arena, '{');

    json_write_text(&out, "level", probe_level_name(report->level));
    json_write_integer(&out, "requests", report->requests);
    json_write_text(&out, "stopped", report->stopped);
    json_write_open(&out, "settled", '{');
    for (enum assumption i = ASSUME_NONE + 1; i < ASSUMPTION_COUNT; i++) {
        if (assumption_set_has(&report->settled, i))
            json_write_text(&out, assumption_row(i)->id, assumption_value(&report->assumptions, i));
    }
    json_write_close(&out, '}');
    json_write_open(&out, "probes", '[');
    for (enum probe_id i = PROBE_NONE + 1; i < PROBE_COUNT; i++) {
        const struct probe *probe = probe_row(i);
        if (report->verdicts[i].kind == VERDICT_NONE)
            continue;
        json_write_open(&out, NULL, '{');
        json_write_text(&out, "id", probe->id);
        json_write_text(&out, "level", probe_level_name(probe->level));
        json_write_text(&out, "operation", probe->operation);
        json_write_text(&out, "method", probe->method);
        json_write_text(&out, "target", probe->target);
        json_write_text(&out, "body", probe->body);
        json_write_text(&out, "varies", probe->varies);
        json_write_text(&out, "verdict", words[report->verdicts[i].kind]);
        json_write_text(&out, "reason", report->verdicts[i].reason);
        write_differences(&out, &report->verdicts[i]);
        json_write_close(&out, '}');
    }
    json_write_close(&out, ']');
    puts(json_write_end(&out, '}').bytes);
    arena_release(&arena);
}

static void print_escaped(const char *text)
{
    for (; *text; text++) {
        const char *entity = *text == '&'   ? "&amp;"
                             : *text == '<' ? "&lt;"
                             : *text == '>' ? "&gt;"
                             : *text == '"' ? "&quot;"
                                            : NULL;
        fputs(entity ? entity : (char[]){*text, '\0'}, stdout);
    }
}

/* The differences of a probe and what adopts them, in one line. */
static void print_line(const struct verdict *verdict)
{
    for (size_t i = 0; i < differences_shown(verdict); i++)
        printf("%s%s: %s here, %s there", i ? "; " : "", verdict->differences[i].name,
               verdict->differences[i].here, verdict->differences[i].there);
    for (int i = 0; i < verdict->finding_count; i++)
        printf("; --assume %s=%s", assumption_row(verdict->findings[i].which)->id,
               verdict->findings[i].there);
}

static void print_junit(const struct report *report)
{
    int compared = PROBE_COUNT - 1 - report_count(report, VERDICT_NONE);

    printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"edges-emulator verify\" "
           "tests=\"%d\" failures=\"%d\" errors=\"%d\">\n",
           compared + (report->stopped ? 1 : 0), report_count(report, VERDICT_DIFFERS),
           report->stopped ? 1 : 0);
    for (enum probe_id i = PROBE_NONE + 1; i < PROBE_COUNT; i++) {
        const struct verdict *verdict = &report->verdicts[i];
        if (verdict->kind == VERDICT_NONE)
            continue;
        printf("  <testcase classname=\"verify.%s\" name=\"%s: ",
               probe_level_name(probe_row(i)->level), probe_row(i)->id);
        print_escaped(probe_row(i)->varies);
        fputs("\">", stdout);
        if (verdict->kind == VERDICT_DIFFERS) {
            fputs("<failure message=\"", stdout);
            print_line(verdict);
            fputs("\"/>", stdout);
        } else if (verdict->kind != VERDICT_SAME && verdict->kind != VERDICT_SENT) {
            printf("<skipped message=\"%s\"/>", verdict->reason ? verdict->reason : "");
        }
        puts("</testcase>");
    }
    if (report->stopped)
        printf("  <testcase classname=\"verify\" name=\"reached the end\"><error message=\"%s\"/>"
               "</testcase>\n",
               report->stopped);
    puts("</testsuite>");
}

static void print_markdown(const struct report *report)
{
    puts("| verdict | probe | what it varies | difference |\n|---|---|---|---|");
    for (enum probe_id i = PROBE_NONE + 1; i <= report->last; i++) {
        const struct verdict *verdict = &report->verdicts[i];
        if (verdict->kind == VERDICT_NONE)
            continue;
        printf("| %s | `%s` | ", words[verdict->kind], probe_row(i)->id);
        print_subject(probe_row(i), verdict);
        fputs(" | ", stdout);
        print_line(verdict);
        puts(" |");
    }
    if (count_after_stop(report))
        printf("| %s | " AFTER_STOP " | | |\n", words[VERDICT_SKIPPED], count_after_stop(report));
    putchar('\n');
    print_summary(report);
}

void report_end(const struct report *report)
{
    switch (report->format) {
    case FORMAT_TEXT:
        if (count_after_stop(report))
            printf("%-8s " AFTER_STOP "\n", words[VERDICT_SKIPPED], count_after_stop(report));
        print_summary(report);
        break;
    case FORMAT_JSON: print_json(report); break;
    case FORMAT_JUNIT: print_junit(report); break;
    case FORMAT_MARKDOWN: print_markdown(report); break;
    }
}
