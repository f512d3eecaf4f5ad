#include "server/verify/judge.h"

#include "store/base/syntax.h"

#include <string.h>

/* Stands for every label that neither side uses: shows whether a reply depends on the label. That
 * of a call without a key always does, and to assume another one there takes a new process. */
#define OTHER_LABEL "EDGES_EMULATOR_VERIFY"

struct search {
    struct reference *reference;
    enum probe_id id;
    const struct facts *theirs;
    const struct facts *ours; /* under the assumptions so far */
    const struct assumptions *current;
    enum assumption rows[PROBE_SETTLES]; /* those not settled yet */
    int row_count;
    char match[PROBE_SETTLES][ASSUMPTION_VALUE_SIZE]; /* the value that explains theirs */
    bool ambiguous[PROBE_SETTLES];                    /* another one explains it, too */
    int matches;
    bool failed; /* the emulator could not be asked */
};

static void search_note(struct search *s, const struct assumptions *assumptions)
{
    for (int i = 0; i < s->row_count; i++) {
        const char *value = assumption_value(assumptions, s->rows[i]);
        if (s->matches && strcmp(s->match[i], value) != 0)
            s->ambiguous[i] = true;
        stpcpy(s->match[i], value);
    }
    s->matches++;
}

/* Asks the emulator under these assumptions, unless it was. */
static void search_ask(struct search *s, const struct assumptions *assumptions)
{
    struct arena arena = {0};
    struct facts made = {.arena = &arena};
    const struct facts *ours = s->ours;

    if (memcmp(assumptions->value, s->current->value, sizeof s->current->value) != 0) {
        s->failed = s->failed || !reference_ask(s->reference, s->id, assumptions, &made);
        ours = &made;
    }
    if (!s->failed && facts_compare(ours, s->theirs, NULL, 0) == 0)
        search_note(s, assumptions);
    arena_release(&arena);
}

/* Tries every value of this row and those after it. */
static void search_rows(struct search *s, const struct assumptions *base, int row)
{
    if (row == s->row_count || row == PROBE_SETTLES) {
        search_ask(s, base);
        return;
    }
    const struct assumption_row *about = assumption_row(s->rows[row]);
    bool label = strcmp(about->also, ANY_LABEL) == 0;
    bool keyless = probe_row(s->id)->flags & FLAG_KEYLESS;
    const char *there = facts_value(s->theirs, "error_label");
    char values[ASSUMPTION_VALUE_SIZE * 4];

    snprintf(values, sizeof values, "%s|%s", assumption_value(base, s->rows[row]),
             !label    ? about->also
             : keyless ? ""
                       : OTHER_LABEL);
    const char *lists[] = {values, about->value, label && there ? there : ""};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        char list[sizeof values], *rest = list;
        snprintf(list, sizeof list, "%s", lists[i]);
        for (const char *value; (value = strsep(&rest, "|"));) {
            struct assumptions tried = *base;
            if (i && strcmp(value, assumption_value(base, s->rows[row])) == 0)
                continue; /* the first list began with it */
            if (assumption_decide(&tried, s->rows[row], value))
                search_rows(s, &tried, row + 1);
        }
    }
}

/* Takes the values that the search found. */
static void verdict_settle(struct verdict *verdict, struct report *report, struct arena *arena,
                           const struct search *s)
{
    for (int i = 0; s->matches && i < s->row_count; i++) {
        const char *here = assumption_value(&report->assumptions, s->rows[i]);
        if (s->ambiguous[i])
            continue;
        if (strcmp(here, s->match[i]) != 0)
            verdict->findings[verdict->finding_count++] = (struct finding){
                s->rows[i], arena_strdup(arena, here), arena_strdup(arena, s->match[i])};
        assumption_decide(&report->assumptions, s->rows[i], s->match[i]);
        assumption_set_add(&report->settled, s->rows[i]);
    }
}

/* Whether the service did not do what the probe is about: a flow or an input that it does not take
 * is no rule. */
static bool is_refused_there(const struct probe *probe, const struct facts *ours,
                             const struct search *s)
{
    const char *status = facts_value(s->theirs, "status");

    return probe->level == LEVEL_WRITES && !s->matches && facts_succeeded(ours) && *status == '4';
}

static void verdict_set(struct verdict *verdict, const struct probe *probe,
                        const struct facts *ours, const struct search *s)
{
    verdict->kind = VERDICT_SAME;
    if (is_refused_there(probe, ours, s)) {
        verdict->kind = VERDICT_NOT_TOLD;
        verdict->reason = "the service refused it";
        verdict->difference_count = 0;
    } else if (verdict->difference_count) {
        verdict->kind = VERDICT_DIFFERS;
    } else if (s->row_count && s->rows[0] == probe->settles[0] && s->ambiguous[0]) {
        verdict->kind = VERDICT_NOT_TOLD;
        verdict->reason = "this workspace does not show it";
    }
}

bool judge(struct report *report, struct reference *reference, struct arena *arena,
           enum probe_id id, const struct facts *theirs)
{
    const struct probe *probe = probe_row(id);
    struct verdict *verdict = &report->verdicts[id];
    struct facts ours = {.arena = arena};
    struct search s = {.reference = reference,
                       .id = id,
                       .theirs = theirs,
                       .ours = &ours,
                       .current = &report->assumptions};

    for (int i = 0; i < PROBE_SETTLES; i++) {
        if (probe->settles[i] && !assumption_set_has(&report->settled, probe->settles[i]))
            s.rows[s.row_count++] = probe->settles[i];
    }
    if (!reference_ask(reference, id, &report->assumptions, &ours))
        return false;
    verdict->difference_count = facts_compare(&ours, theirs, verdict->differences, DIFFERENCES_MAX);
    search_rows(&s, &report->assumptions, 0);
    if (s.failed)
        return false;
    verdict_set(verdict, probe, &ours, &s);
    verdict_settle(verdict, report, arena, &s);
    return true;
}
