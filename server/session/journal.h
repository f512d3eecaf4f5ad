/* The journal: the last requests of a workspace and their replies, to list and to explain. A
 * journal of its own has the attempts to deliver callbacks.
 *
 * Entries are bounded in number and in bytes. A new entry takes the memory of the one that it
 * replaces, so that a busy server allocates nothing. Keys and cookies are left out.
 */
#ifndef SERVER_SESSION_JOURNAL_H
#define SERVER_SESSION_JOURNAL_H

#include "server/contract/contract.h"
#include "server/session/effect.h"
#include "store/base/uid.h"

#include <stddef.h>

enum { JOURNAL_TEXTS = 11 };

/* One request and its reply. Its texts lie behind it in the same memory; none is NULL. */
struct journal_entry {
    struct journal_entry *next;                /* the next newer one; or NULL */
    int64_t number;                            /* counts the requests of a journal, from 1 */
    int64_t at;                                /* on the workspace's clock */
    int64_t duration_us;                       /* microseconds, without delay_ms */
    const struct operation *op, *same_path_op; /* as in struct request */
    enum error error;
    bool by_uid; /* it named its workspace by Emulator-Workspace */
    enum effect_kind fault;
    int64_t delay_ms;                    /* that a fault held back the reply */
    int64_t fault_rule;                  /* the rule that fired; 0: none did */
    int status;                          /* 0: no reply was sent */
    int64_t request_size, response_size; /* bytes of the whole bodies */
    char run[UID_SIZE];                  /* the run that the path names, or that was made */
    const char *before, *after;          /* its statuses, static; NULL: unknown */
    int64_t life_end;                    /* its life has what came before, by number (life.h) */
    union {
        const char *text[JOURNAL_TEXTS];
        struct {
            const char *id, *method, *path, *query, *message, *hint, *fidelity;
            const char *headers;                      /* "Name: value" lines, as they came */
            const char *response_headers;             /* the same; of a callback only */
            const char *request_body, *response_body; /* their beginnings */
        };
    };
    size_t capacity; /* bytes of its memory */
};

/* Zeroed but for its limits, it is empty. */
struct journal {
    int64_t max_entries; /* entries; 0: it keeps none */
    size_t budget;       /* bytes; the newest entry is kept even beyond */
    struct journal_entry *first,
        *last; /* the oldest, NULL when empty; the newest, if there is one */
    int64_t count;
    int64_t total; /* requests so far, also those removed since */
    size_t bytes;
};

/* Adds a copy of an entry and its texts; NULL is copied as "". Sets its number. */
void journal_add(struct journal *journal, const struct journal_entry *entry);

/* Whether this header holds a secret: the journal has REDACTED in the place of its value. */
#define REDACTED "[redacted]"
bool journal_header_is_secret(const char *name);

/* The beginning of a body as an entry has it, in the arena: no character is cut in two, and a NUL
 * becomes 0xff, which is not text either. Of `size` bytes only LIMIT_JOURNAL_BODY + 1 are read. */
const char *journal_excerpt(struct arena *arena, const char *bytes, size_t size);

/* The id of an entry that is an attempt to deliver a callback: the number-th, from 1. */
const char *journal_delivery_id(struct arena *arena, const char *callback_uid, int number);

/* What to look for; NULL and -1 stand for anything. */
struct journal_filter {
    const char *operation, *run;
    int64_t status; /* 0: nothing was sent */
    int64_t before; /* only entries with a smaller number; 0: all */
};

bool journal_fits(const struct journal_filter *filter, const struct journal_entry *entry);
int64_t journal_count(const struct journal *journal, const struct journal_filter *filter);

/* The newest entry of this request id, or NULL. */
const struct journal_entry *journal_find(const struct journal *journal, const char *id);

/* Makes it a copy of another. */
void journal_copy(const struct journal *from, struct journal *to);

/* Frees all entries. The numbers continue. */
void journal_clear(struct journal *journal);

#endif
