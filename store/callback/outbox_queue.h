/* The workspaces that have callbacks to send now, or to break off: who comes first is served first.
 *
 * marks.outbox_due is never later than the next callback of a workspace. A workspace enters the
 * queue when that has come, and leaves it when delivery found nothing more.
 */
#ifndef STORE_CALLBACK_OUTBOX_QUEUE_H
#define STORE_CALLBACK_OUTBOX_QUEUE_H

#include "store/db/workspace.h"

/* Notes that a callback is due at an instant of the workspace's clock; INSTANT_NONE is nothing. */
void outbox_note_due(struct store *store, struct workspace *workspace, int64_t at);

/* Looks at a workspace whose clock was moved, or has come to an instant. */
void outbox_recheck(struct store *store, struct workspace *workspace);

/* Puts a workspace at the end, unless it is in the queue. */
void outbox_enqueue(struct store *store, struct workspace *workspace);

/* The same; and what is under way in it may have been overtaken by a cancel or a reset. */
void outbox_invalidate_in_flight(struct store *store, struct workspace *workspace);

/* The first; the others follow by their outbox_next. NULL: there is none. */
struct workspace *outbox_first(struct store *store);

/* Lets the others come before this workspace, if it is in the queue. */
void outbox_rotate(struct store *store, struct workspace *workspace);

/* Takes it out. */
void outbox_dequeue(struct store *store, struct workspace *workspace);

#endif
