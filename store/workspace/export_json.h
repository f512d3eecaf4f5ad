/* Exports: the content of workspaces in the format of a fixture (CONTROL.md "Fixtures").
 *
 * Each flow, run, schedule and workspace starts a line, so that two exports can be compared. */
#ifndef STORE_WORKSPACE_EXPORT_JSON_H
#define STORE_WORKSPACE_EXPORT_JSON_H

#include "store/base/clock.h"
#include "store/base/errors.h"
#include "store/base/strbuf.h"

#include <stdint.h>
#include <stdio.h>

struct store;
struct workspace;

/* Writes a clock as one value: "real", an instant (frozen), or for a real one that was set its mode
 * and the time that it shows now. */
void export_json_clock(const struct clock *clock, struct strbuf *out);

/* Takes what there is of a long text, between two of its parts: bytes that it removes from the
 * front of the text are not there whole at any time. */
struct export_sink {
    enum error (*take)(void *context, struct strbuf *text);
    void *context;
};

/* Writes a workspace as one JSON object, in parts (transaction_pause()). `out` has what the sink
 * has not taken, which may be all. */
enum error export_json_workspace(struct store *store, const struct workspace *workspace,
                                 const struct export_sink *sink, struct strbuf *out);

/* One run of a workspace, as text in the arena. Errors: ERROR_RUN_NOT_FOUND. */
enum error export_json_run(const struct ctx *ctx, const char *uid, const char **out);

/* The newest version of one flow. Errors: ERROR_FLOW_NOT_FOUND. */
enum error export_json_flow(const struct ctx *ctx, const char *slug, const char **out);

/* Writes all workspaces as one fixture, in the order of their ids. Keys are not stored: each
 * workspace is named by its key_hash. */
enum error export_json_all(struct store *store, FILE *out);

/* For store.c: defines the SQL function that the statements here use. */
struct sqlite3;
void export_json_register(struct sqlite3 *db);

#endif
