#include "store/base/link.h"

void link_add(struct link **list, struct link *link)
{
    link->next = *list;
    link->previous = list;
    if (link->next)
        link->next->previous = &link->next;
    *list = link;
}

void link_remove(struct link *link)
{
    if (!link->previous)
        return;
    *link->previous = link->next;
    if (link->next)
        link->next->previous = link->previous;
    *link = (struct link){0};
}
