/* The tables as the control API serves them. catalog_markdown.c prints the same ones for the
 * manual. */
#ifndef SERVER_CONTROL_CATALOG_JSON_H
#define SERVER_CONTROL_CATALOG_JSON_H

#include "store/base/strbuf.h"
#include "store/run/run_machine.h"

/* An array with a row for each assumption and the value in force. */
struct strbuf catalog_json_assumptions(struct arena *arena, const struct assumptions *assumptions);

/* Statuses, events, and every cell of the matrix under the assumptions in force. */
struct strbuf catalog_json_state_machine(const struct ctx *ctx);

/* The accepted steps as a Mermaid diagram. */
const char *catalog_mermaid(const struct ctx *ctx);

#endif
