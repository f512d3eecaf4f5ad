/* The journal as the control API shows it. */
#ifndef SERVER_CONTROL_JOURNAL_H
#define SERVER_CONTROL_JOURNAL_H

#include "server/session/journal.h"

/* Writes an entry as a member; without a name, as a value of an open array. */
void journal_write_entry(struct strbuf *out, const char *name, const struct journal_entry *entry);

#endif
