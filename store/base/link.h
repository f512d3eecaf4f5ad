/* Intrusive lists: a link is a member of the struct that is listed, so that adding and removing
 * take no memory and no search. A list is a pointer to its first link, NULL when it is empty.
 */
#ifndef STORE_BASE_LINK_H
#define STORE_BASE_LINK_H

#include <stddef.h>

/* Zeroed, it is in no list. Neither it nor the list may move while it is in one. */
struct link {
    struct link *next;
    struct link **previous; /* what points to it; NULL: it is in no list */
};

/* Adds it at the front. It must be in no list. */
void link_add(struct link **list, struct link *link);

/* Removes it from its list, if it is in one. */
void link_remove(struct link *link);

/* The struct whose member of that name this link is. */
#define LINK_OWNER(link, type, member) ((type *)(void *)((char *)(link)-offsetof(type, member)))

#endif
