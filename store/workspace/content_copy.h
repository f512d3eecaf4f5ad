/* Copies of content, in parts, to an id that has none (content.h). */
#ifndef STORE_WORKSPACE_CONTENT_COPY_H
#define STORE_WORKSPACE_CONTENT_COPY_H

#include "store/base/errors.h"

#include <stdint.h>

struct store;

/* What content is copied from. */
struct content_source {
    int64_t id;                 /* of a template */
    int64_t now;                /* relative times (INSTANT_RELATIVE) are relative to this */
    const char *uid, *user_uid; /* of the workspace that it is for: a row has none in their place */
};

/* Copies all content of a template to an id that has none. */
enum error content_copy(struct store *store, int64_t to, const struct content_source *from);

/* The same from a workspace to a snapshot, and back. What was being sent is to be sent again.
 * *pages grows by the pages that the store then has more. */
enum error content_save(struct store *store, int64_t to, int64_t from, int64_t *pages);
enum error content_restore(struct store *store, int64_t to, int64_t from);

/* Copies the flows alone, in place of those of the same slug and version. */
enum error content_copy_flows(struct store *store, int64_t to, int64_t from);

#endif
