#include "server/cli/tables.h"

#include "server/cli/help.h"
#include "server/config/options.h"
#include "server/contract/contract.h"
#include "server/coverage/report.h"
#include "server/session/effect.h"
#include "server/verify/probe.h"
#include "store/base/limits.h"
#include "store/run/run_machine.h"
#include "store/schedule/schedule.h"

#include <stdio.h>
#include <string.h>

static void print_routes(void)
{
    puts("| operation | method and path | does |\n|---|---|---|");
    for (int i = 0; i < contract_operation_count; i++) {
        const struct operation *op = &contract_operations[i];
        printf("| %s | %s `%s` | %s%s |\n", op->id, op->method, op->path, op->summary,
               op->no_auth ? " (no key needed)" : "");
    }
}

/* Ends the head of a table, and prints the rule below it. */
static void print_rule(int columns)
{
    printf("\n|");
    while (columns--)
        printf("---|");
    putchar('\n');
}

static void print_state_machine(void)
{
    struct assumptions assumptions;

    assumptions_init(&assumptions);
    const struct ctx ctx = {.assumptions = &assumptions};
    printf("| status | shown as | meaning |");
    for (enum run_event e = 0; e < RUN_EVENT_COUNT; e++)
        printf(" %s |", run_events[e].name);
    print_rule(3 + RUN_EVENT_COUNT);
    for (enum run_status s = 0; s < RUN_STATUS_COUNT; s++) {
        printf("| %s | `%s` | %s |", run_statuses[s].name, run_statuses[s].shown,
               run_statuses[s].meaning);
        for (enum run_event e = 0; e < RUN_EVENT_COUNT; e++) {
            struct run_step step = run_machine_step(&ctx, s, e);
            const char *to = step.to == s ? "unchanged" : run_statuses[step.to].name;
            printf(" %s |", step.refusal ? "·" : to);
        }
        putchar('\n');
    }
}

static void print_refusals(void)
{
    puts("| error | status | `error_label` | `error_scope` | message, when nothing more exact is "
         "known |\n|---|---|---|---|---|");
    for (enum error e = ERROR_NONE + 1; e < ERROR_COUNT; e++) {
        const struct error_row *row = error_row(e);
        printf("| `%s` | %d | `%s` | `%s` | %s |\n", error_row(e)->name, row->status, row->label,
               row->scope, row->message);
    }
}

/* A text whose bars are replaced: a bar would end the cell. */
static void print_without_bars(const char *text, const char *bar)
{
    for (; *text; text++)
        fputs(*text == '|' ? bar : (char[]){*text, '\0'}, stdout);
}

static void print_assumptions(void)
{
    puts("| id | default | also possible | why this default |\n|---|---|---|---|");
    for (enum assumption i = ASSUME_NONE + 1; i < ASSUMPTION_COUNT; i++) {
        const struct assumption_row *row = assumption_row(i);
        printf("| `%s` | %s | ", row->id, row->value);
        print_without_bars(strcmp(row->also, ANY_LABEL) == 0 ? "any label" : row->also, ", ");
        printf(" | %s |\n", row->why);
    }
}

static void print_options(void)
{
    puts("| option | default | meaning |\n|---|---|---|");
    for (enum option i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = option_row(i);
        printf("| `--%s%s", row->name, row->arg_name ? " " : "");
        print_without_bars(row->arg_name ? row->arg_name : "", "\\|");
        printf("` | %s | %s%s |\n", row->default_value ? row->default_value : "", row->help,
               row->type == OPTION_LIST ? "; repeatable" : "");
    }
}

static void print_exit_status(const char *number, const char *text)
{
    printf("| %s | %s |\n", number, text);
}

static void print_exit_statuses(void)
{
    puts("| exit status | meaning |\n|---|---|");
    help_exit_statuses(COMMAND_HELP, print_exit_status);
}

static void print_schedules(void)
{
    fputs("| status |", stdout);
    for (enum schedule_action a = 0; a < SCHEDULE_ACTION_COUNT; a++)
        printf(" %s |", schedule_actions[a]);
    print_rule(1 + SCHEDULE_ACTION_COUNT);
    for (enum schedule_status s = 0; s < SCHEDULE_STATUS_COUNT; s++) {
        printf("| %s |", schedule_statuses[s].name);
        for (enum schedule_action a = 0; a < SCHEDULE_ACTION_COUNT; a++) {
            enum schedule_status after = schedule_statuses[s].after[a];
            printf(" %s |", after == SCHEDULE_NONE ? "·" : schedule_statuses[after].name);
        }
        putchar('\n');
    }
}

static void print_limits(void)
{
    puts("| what | at most | beyond it |\n|---|---|---|");
#define LIMIT(name, value, unit, what, beyond) \
    printf("| %s | %d %s | %s |\n", what, value, unit, beyond);
#include "store/base/limits.def"
#undef LIMIT
}

static void print_effects(void)
{
    puts("| in a rule | in the header | N | what happens |\n|---|---|---|---|");
    for (enum effect_kind kind = EFFECT_NONE + 1; kind < EFFECT_COUNT; kind++) {
        const struct effect_row *row = effect_row(kind);
        if (row->of_delivery)
            continue;
        if (kind == EFFECT_RACE)
            printf("| `\"%s\": N` | `%s=N` | `\"finish-wins\"` or `\"cancel-wins\"` | %s |\n",
                   row->key, row->word, row->meaning);
        else if (row->unit)
            printf("| `\"%s\": N` | `%s=N` | %s, %lld to %lld | %s |\n", row->key, row->word,
                   row->unit, (long long)row->min, (long long)row->max, row->meaning);
        else
            printf("| `\"%s\": true` | `%s` | | %s |\n", row->key, row->word, row->meaning);
    }
}

static void print_delivery_effects(void)
{
    puts("| in a rule | N | what happens |\n|---|---|---|");
#define DELIVERY_EFFECT(name, key, unit, min, max, meaning)                                  \
    if (unit)                                                                                \
        printf("| `\"%s\": N` | %s, %d to %d | %s |\n", key, (unit) ? (unit) : "", min, max, \
               meaning);                                                                     \
    else                                                                                     \
        printf("| `\"%s\": true` | | %s |\n", key, meaning);
#include "server/session/effect.def"
}

static void print_probes(void)
{
    puts("| probe | level | request | what it varies | settles |\n|---|---|---|---|---|");
    for (enum probe_id id = PROBE_NONE + 1; id < PROBE_COUNT; id++) {
        const struct probe *probe = probe_row(id);
        printf("| `%s` | %s | %s `%s%s%s` | %s |", probe->id, probe_level_name(probe->level),
               probe->method, probe->target, probe->body ? " " : "", probe->body ? probe->body : "",
               probe->varies);
        for (int i = 0; i < PROBE_SETTLES && probe->settles[i]; i++)
            printf("%s `%s`", i ? "," : "", assumption_row(probe->settles[i])->id);
        puts(" |");
    }
}

static void print_not_settled(void)
{
    puts("| assumption | why no probe settles it |\n|---|---|");
    for (enum assumption i = ASSUME_NONE + 1; i < ASSUMPTION_COUNT; i++) {
        if (probe_not_settled(i))
            printf("| `%s` | %s |\n", assumption_row(i)->id, probe_not_settled(i));
    }
}

static void print_coverage(void)
{
    struct coverage *nothing = coverage_open();
    struct arena arena = {0};
    struct report report = report_make(&arena, nothing, "");

    puts("| dimension | cells | what | why |\n|---|---|---|---|");
    for (enum coverage_dimension d = 0; d < COVER_COUNT; d++) {
        const struct dimension_row *row = dimension_row(d);
        printf("| `%s` | %d | %s | %s |\n", row->name, report.of[d].cells, row->what, row->why);
    }
    arena_release(&arena);
    coverage_close(nothing);
}

static void print_lint(void)
{
    puts("| rule | level | finds | in production |\n|---|---|---|---|");
    for (enum lint_rule rule = 0; rule < LINT_COUNT; rule++) {
        const struct lint_row *row = lint_row(rule);
        printf("| `%s` | %s | %s | %s |\n", row->name, lint_level_name(row->level), row->finds,
               row->consequence);
    }
}

static const struct {
    const char *name;
    void (*print)(void);
} tables[] = {
    {"routes", print_routes},
    {"schedules", print_schedules},
    {"state-machine", print_state_machine},
    {"refusals", print_refusals},
    {"assumptions", print_assumptions},
    {"effects", print_effects},
    {"delivery-effects", print_delivery_effects},
    {"coverage", print_coverage},
    {"lint", print_lint},
    {"options", print_options},
    {"exit-statuses", print_exit_statuses},
    {"limits", print_limits},
    {"probes", print_probes},
    {"not-settled", print_not_settled},
};

enum { TABLE_COUNT = sizeof tables / sizeof *tables };

void tables_print_names(void)
{
    for (size_t i = 0; i < TABLE_COUNT; i++)
        printf("%s ", tables[i].name);
}

bool tables_print(const char *name)
{
    bool found = false;

    for (size_t i = 0; i < TABLE_COUNT; i++) {
        if (name && strcmp(name, tables[i].name) != 0)
            continue;
        found = true;
        tables[i].print();
    }
    if (found)
        return true;
    fprintf(stderr, "edges-emulator: docs has no table \"%s\"; there are", name);
    for (size_t i = 0; i < TABLE_COUNT; i++)
        fprintf(stderr, " %s,", tables[i].name);
    fputs(" man and completion\n", stderr);
    return false;
}
