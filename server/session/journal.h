/* The journal: the exchanges a workspace saw last, to look at and to explain.
 *
 * A ring, bounded in entries and in bytes; the memory of what falls out is used again, so that a
 * busy server allocates nothing for it. Keys and cookies never get in (record.c).
 */
#ifndef SERVER_SESSION_JOURNAL_H
#define SERVER_SESSION_JOURNAL_H

#include "server/contract/contract.h"
#include "server/session/effect.h"
#include "store/base/uid.h"

#include <stddef.h>

/* One exchange. Its texts end in a zero and lie behind it in the same memory; what is empty points
 * to an empty text. */
struct journal_entry {
    int64_t number;                            /* counts the exchanges of a journal, from 1 */
    int64_t at;                                /* on the workspace's clock */
    int64_t took;                              /* microseconds */
    const struct operation *op, *same_path_op; /* as in struct request */
    enum error error;
    enum effect_kind fault;
    int status;                          /* 0: no reply was sent */
    int64_t request_size, response_size; /* bytes of the whole bodies */
    char run[UID_SIZE];                  /* the run that the path names, or that was made */
    const char *before, *after;          /* its statuses, static; NULL where none is known */
    const char *id, *method, *path, *query, *message, *hint, *fidelity;
    const char *headers;                      /* lines, as they came */
    const char *request_body, *response_body; /* their beginnings */

    size_t room; /* bytes of its memory */
};

/* Zeroed but for its limits, it is empty. */
struct journal {
    int64_t most;  /* entries; 0: it keeps none */
    size_t budget; /* bytes; the newest entry is kept even beyond */
    struct journal_entry **ring;
    int64_t first, count, room;
    int64_t total; /* exchanges so far, also of those that fell out */
    size_t bytes;
};

/* Adds a copy of what *entry and its texts hold. */
void journal_add(struct journal *journal, const struct journal_entry *entry);

/* Entry number i of those there are, the oldest is 0. */
const struct journal_entry *journal_at(const struct journal *journal, int64_t i);

/* What to look for; NULL and -1 stand for anything. */
struct journal_filter {
    const char *operation, *run;
    int64_t status; /* 0: nothing was sent */
};

bool journal_fits(const struct journal_filter *filter, const struct journal_entry *entry);
int64_t journal_count(const struct journal *journal, const struct journal_filter *filter);

/* The newest entry of this request id, or NULL. */
const struct journal_entry *journal_find(const struct journal *journal, const char *id);

/* Takes all entries out; the numbers go on. */
void journal_clear(struct journal *journal);

/* The same, lets go of all memory, and begins to count anew. */
void journal_release(struct journal *journal);

#endif
