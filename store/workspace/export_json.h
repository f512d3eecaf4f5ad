/* What a workspace holds, in the words of a fixture (CONTROL.md "Fixtures").
 *
 * Each flow, run, schedule and workspace begins a line, so that versions of it can be compared. */
#ifndef STORE_WORKSPACE_EXPORT_JSON_H
#define STORE_WORKSPACE_EXPORT_JSON_H

#include "store/base/errors.h"
#include "store/base/strbuf.h"

#include <stdint.h>
#include <stdio.h>

struct store;

/* Writes all of it as one JSON object. */
enum error export_json_workspace(struct store *store, int64_t workspace, struct strbuf *out);

/* One run of it, as text in the arena. Errors: ERROR_RUN_NOT_FOUND. */
enum error export_json_run(const struct ctx *ctx, const char *uid, const char **out);

/* For store.c: gives SQL the functions that the statements here use. */
struct sqlite3;
void export_json_register(struct sqlite3 *db);

/* Writes all workspaces as one fixture, in the order in which they came to be. Their keys are not
 * kept (workspace.h): each is named by its key_hash. */
enum error export_json_all(struct store *store, FILE *out);

#endif
