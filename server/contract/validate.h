/* The checks of the contract: a JSON value against a schema, in the words of AJV, which the
 * vendor's server uses (API.md section 3).
 */
#ifndef SERVER_CONTRACT_VALIDATE_H
#define SERVER_CONTRACT_VALIDATE_H

#include "server/contract/contract.h"
#include "server/json/json.h"
#include "store/base/errors.h"

/* A check and what it needs. Of the context only the arena and the assumptions are used; without
 * assumptions the contract's defaults hold. */
struct validation {
    const struct ctx *ctx;
    bool from_text; /* the values were text in a URL: they are coerced, others by an assumption */
    struct assumption_set defaults_used; /* gave a default to an absent member; not noted in ctx */
    const cJSON *root;                   /* set by validate(): the whole value */
    struct refusal refusal;              /* the violation that ended it */
    struct refusal *passed;              /* those before it, as many as there is room for */
    int passed_count, passed_room;
    bool given_up; /* as a pause said (ctx_pause()): there is no violation */
};

/* Whether the value keeps to the schema. It ends at the first violation that passed has no room
 * for. Absent members get their default on the way; nothing else is changed, except what is
 * coerced. */
bool validate(struct validation *v, const struct schema *schema, cJSON *value);

#endif
