/* All workspaces as one fixture, for --export-on-exit, written so that no older file is ever lost.
 */
#ifndef SERVER_EXPORT_H
#define SERVER_EXPORT_H

#include "store/store.h"

/* Whether a file could be written there, or where the link that stands there leads; else says on
 * stderr why not. What is there and is no file is never replaced. */
bool export_is_possible(const char *path);

/* Writes it under another name, brings it to the disk, and gives it its own. False after saying on
 * stderr what failed; what was there is then still there. */
bool export_write(struct store *store, const char *path);

#endif
