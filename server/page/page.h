/* The page at /_emulator/: its files as the program carries them (PAGE.md).
 *
 * A browser asks for each again with its ETag, and gets it only when it has changed.
 */
#ifndef SERVER_PAGE_PAGE_H
#define SERVER_PAGE_PAGE_H

#include <stddef.h>

struct page_file {
    const char *name, *type;
    const char *etag; /* with its quotes */
    size_t size;      /* bytes */
    const char *bytes;
};

/* Those that meson.build lists; made by embed.py. */
extern const struct page_file page_files[];
extern const int page_file_count;

#endif
