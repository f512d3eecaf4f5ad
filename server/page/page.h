/* The page at /_emulator/: its files as the program carries them (PAGE.md).
 *
 * Their addresses carry the version of them all, and a browser keeps them. It asks for the page
 * itself again with its ETag, and gets it only when it has changed. */
#ifndef SERVER_PAGE_PAGE_H
#define SERVER_PAGE_PAGE_H

#include <stddef.h>

struct page_file {
    const char *name, *type;
    const char *etag; /* with its quotes */
    size_t size;      /* bytes */
    const char *bytes;
};

/* Those that meson.build lists, and a hash of them all; made by embed.py. */
extern const char page_version[];
extern const struct page_file page_files[];
extern const int page_file_count;

#endif
