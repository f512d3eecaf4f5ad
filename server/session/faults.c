#include "server/session/faults.h"

#include <stdlib.h>
#include <string.h>

enum { MINUTE = 60000 };

const struct fault_rule *faults_add(struct faults *faults, const struct fault_filter *when,
                                    const struct effect *effect)
{
    struct fault_rule *rule = calloc(1, sizeof *rule);

    if (!rule)
        abort();
    rule->id = ++faults->last_id;
    rule->when = *when;
    rule->effect = *effect;
    if (effect->label && !(rule->effect.label = strdup(effect->label)))
        abort();
    if (!faults->first)
        faults->last = &faults->first;
    *faults->last = rule;
    faults->last = &rule->next;
    faults->count++;
    return rule;
}

static void fault_rule_free(struct faults *faults, struct fault_rule **place)
{
    struct fault_rule *rule = *place;

    *place = rule->next;
    if (!rule->next)
        faults->last = place;
    free((char *)(uintptr_t)rule->effect.label);
    free(rule);
    faults->count--;
}

void faults_clear_rules(struct faults *faults)
{
    while (faults->first)
        fault_rule_free(faults, &faults->first);
}

bool faults_remove(struct faults *faults, int64_t id)
{
    struct fault_rule **place = &faults->first;

    while (*place && (*place)->id != id)
        place = &(*place)->next;
    if (!*place)
        return false;
    fault_rule_free(faults, place);
    return true;
}

void faults_clear(struct faults *faults)
{
    faults_clear_rules(faults);
    *faults = (struct faults){0};
}

/* Whether the rule's turn has come with its call number so and so. */
static bool is_its_turn(const struct fault_filter *when, int64_t call)
{
    if (when->nth && when->every)
        return call >= when->nth && (call - when->nth) % when->every == 0;
    if (when->nth)
        return call == when->nth;
    return !when->every || call % when->every == 0;
}

static bool is_chosen(const struct fault_rule *rule, uint64_t seed)
{
    char draw[UID_SIZE];

    /* The 48 bits of a derived uid's last group: even, and the same for the same call. */
    uid_derive(uid_seed(seed + (uint64_t)rule->id, "fault"), (uint64_t)rule->calls, draw);
    return (double)strtoull(draw + 24, NULL, 16) < rule->when.probability * 0x1p48;
}

static bool fault_rule_fires(struct fault_rule *rule, uint64_t seed, const char *operation,
                             const char *run)
{
    const struct fault_filter *when = &rule->when;

    if ((when->operation && strcmp(when->operation, operation) != 0) ||
        (*when->run && strcmp(when->run, run) != 0))
        return false;
    rule->calls++;
    return is_its_turn(when, rule->calls) && (!when->times || rule->fired < when->times) &&
           is_chosen(rule, seed);
}

struct fault_rule *faults_meet(struct faults *faults, uint64_t seed, const char *operation,
                               const char *run)
{
    struct fault_rule *chosen = NULL;

    for (struct fault_rule *rule = faults->first; rule; rule = rule->next) {
        if (fault_rule_fires(rule, seed, operation, run) && !chosen)
            chosen = rule;
    }
    return chosen;
}

int64_t faults_limit(struct rate_limit *limit, int64_t now)
{
    if (!limit->used || now < limit->begun || now - limit->begun >= MINUTE) {
        limit->begun = now;
        limit->used = 0;
    }
    if (limit->used < limit->per_minute) {
        limit->used++;
        return 0;
    }
    return (limit->begun + MINUTE - now + 999) / 1000;
}
