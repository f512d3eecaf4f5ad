/* The checks of the contract: a JSON value against a schema, said in the words of AJV, which the
 * vendor's server uses (API.md section 3).
 */
#ifndef SERVER_CONTRACT_VALIDATE_H
#define SERVER_CONTRACT_VALIDATE_H

#include "server/contract/contract.h"
#include "server/json/json.h"
#include "store/base/errors.h"

/* A check and what it needs. Of the context only the arena and the assumptions are used; without
 * assumptions none has a say. */
struct validation {
    const struct ctx *ctx;
    bool from_text; /* the values were text in a URL: take "10" where an integer is due */
    struct assumption_set defaults_used; /* gave a default to an absent member; not noted in ctx */
    struct refusal refusal;              /* what was wrong first */
};

/* Whether the value keeps to the schema. On the way, members that are absent get their default.
 * Nothing else is changed, but for texts taken as integers. */
bool validate(struct validation *v, const struct schema *schema, cJSON *value);

#endif
