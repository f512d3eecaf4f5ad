#include "server/session/faults.h"

#include "store/base/limits.h"
#include "store/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { MINUTE = 60000 };

static size_t fault_rule_bytes(const struct fault_rule *rule)
{
    return rule->effect.body ? strlen(rule->effect.body) : 0;
}

bool faults_have_room(const struct faults *faults, const struct fault_rule *rule)
{
    return faults->bytes + fault_rule_bytes(rule) <= LIMIT_FAULT_BODIES;
}

const struct fault_rule *faults_add(struct faults *faults, const struct fault_rule *rule)
{
    size_t size = (size_t)(faults->count + 1) * sizeof *faults->rules;

    faults->rules = memory_resize(faults->rules, size);
    struct fault_rule *made = &faults->rules[faults->count++];
    *made = *rule;
    made->id = ++faults->last_id;
    if (rule->effect.body)
        made->effect.body = memory_copy_text(rule->effect.body, strlen(rule->effect.body));
    faults->bytes += fault_rule_bytes(rule);
    return made;
}

static void fault_rule_release(const struct fault_rule *rule)
{
    free((void *)(uintptr_t)rule->effect.body);
}

bool faults_remove(struct faults *faults, int64_t id)
{
    int64_t i = 0;

    while (i < faults->count && faults->rules[i].id != id)
        i++;
    if (i == faults->count)
        return false;
    struct fault_rule *rule = &faults->rules[i];
    faults->bytes -= fault_rule_bytes(rule);
    fault_rule_release(rule);
    faults->count--;
    memmove(rule, rule + 1, (size_t)(faults->count - i) * sizeof *rule);
    return true;
}

void faults_clear(struct faults *faults)
{
    for (int64_t i = 0; i < faults->count; i++)
        fault_rule_release(&faults->rules[i]);
    free(faults->rules);
    *faults = (struct faults){.last_id = faults->last_id};
}

void faults_copy(const struct faults *from, struct faults *to)
{
    faults_clear(to);
    for (int64_t i = 0; i < from->count; i++) {
        to->last_id = from->rules[i].id - 1; /* the id stays */
        faults_add(to, &from->rules[i]);
    }
    to->last_id = from->last_id;
    to->limit = from->limit;
}

/* Whether the rule fires on the call of this number. */
static bool fires_on_call(const struct fault_rule *rule, int64_t call)
{
    if (rule->nth && rule->every)
        return call >= rule->nth && (call - rule->nth) % rule->every == 0;
    if (rule->nth)
        return call == rule->nth;
    return !rule->every || call % rule->every == 0;
}

static bool fires_by_chance(const struct fault_rule *rule, uint64_t seed)
{
    char draw[UID_SIZE];

    /* The 48 bits of a derived uid's last group: even, and the same for the same call. */
    uid_derive(uid_seed(seed + (uint64_t)rule->id, "fault"), (uint64_t)rule->calls, draw);
    return (double)strtoull(draw + 24, NULL, 16) < rule->probability * 0x1p48;
}

bool fault_rule_fits(const struct fault_rule *rule, const char *operation, const char *run)
{
    return rule->callback == !operation &&
           (!operation || !rule->operation || strcmp(rule->operation, operation) == 0) &&
           (!*rule->run || strcmp(rule->run, run) == 0);
}

bool fault_rule_is_used_up(const struct fault_rule *rule)
{
    return rule->probability <= 0 || (rule->times && rule->fired >= rule->times) ||
           (rule->nth && !rule->every && rule->calls >= rule->nth);
}

static bool fault_rule_fires(struct fault_rule *rule, uint64_t seed, const char *operation,
                             const char *run)
{
    if (!fault_rule_fits(rule, operation, run))
        return false;
    rule->calls++;
    return fires_on_call(rule, rule->calls) && (!rule->times || rule->fired < rule->times) &&
           fires_by_chance(rule, seed);
}

struct fault_rule *faults_count_call(struct faults *faults, uint64_t seed, const char *operation,
                                     const char *run)
{
    struct fault_rule *first = NULL;

    for (int64_t i = 0; i < faults->count; i++) {
        if (fault_rule_fires(&faults->rules[i], seed, operation, run) && !first)
            first = &faults->rules[i];
    }
    return first;
}

int64_t rate_limit_count_call(struct rate_limit *limit, int64_t now)
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
