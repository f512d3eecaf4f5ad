/* The checks of the contract: a JSON value against a schema, said in the words of AJV, which the
 * vendor's server uses (API.md section 3).
 */
#ifndef SERVER_CONTRACT_VALIDATE_H
#define SERVER_CONTRACT_VALIDATE_H

#include "server/contract/contract.h"
#include "server/json/json.h"

/* What was wrong first; both strings live in the arena of the check. */
struct violation {
    const char *pointer;               /* where: "/runs/3/status", "" for the whole */
    const char *reason;                /* what: "must be string" */
    const char *suggestion;            /* a word that would have been right and is near; or NULL */
    const char *const *allowed_values; /* all such words, NULL after the last; or NULL */
};

/* A check and what it needs. */
struct validation {
    struct arena *arena;
    const struct assumptions *assumptions; /* in force; NULL where none has a say */
    bool from_text;         /* the values were text in a URL: take "10" where an integer is due */
    uint64_t defaults_used; /* assumptions that were put in for members that are absent: bits as of
                          assumptions_consulted(), where they are not noted */
    struct violation violation;
};

/* Whether the value keeps to the schema. On the way, members that are absent get their default.
 * Nothing else is changed, but for texts taken as integers. */
bool validate(struct validation *v, const struct schema *schema, cJSON *value);

#endif
