/* Lists whose links are members of what they link: to add and to remove take no memory and no
 * search. A list is a pointer to its first link, NULL when it is empty.
 */
#ifndef STORE_BASE_LINK_H
#define STORE_BASE_LINK_H

#include <stddef.h>

/* Zeroed, it is in no list. It must not move while it is in one, nor must the list. */
struct link {
    struct link *next;
    struct link **previous; /* what points here; NULL: in no list */
};

/* Puts it first. It must be in no list. */
void link_add(struct link **list, struct link *link);

/* Takes it out of its list, if it is in one. */
void link_remove(struct link *link);

/* The struct of which this link is the member of that name. */
#define LINK_OWNER(link, type, member) ((type *)(void *)((char *)(link)-offsetof(type, member)))

#endif
