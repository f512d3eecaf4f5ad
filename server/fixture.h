/* Fixtures: from JSON (CONTROL.md "Fixtures") to the templates of the store.
 *
 * A fixture is checked against the contract's schema while it is loaded, so what is loaded is what
 * was checked. The content that belongs to no key is the template of every workspace without one of
 * its own; in it, times that are not given count from the moment a workspace is made.
 */
#ifndef SERVER_FIXTURE_H
#define SERVER_FIXTURE_H

#include "server/options.h"
#include "store/base/arena.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>

/* A fixture as text, and the name to use in complaints. */
struct fixture_text {
    const char *name;
    const char *text;
    size_t size;
};

/* The ones that the program carries: made by fixtures/embed.py. */
extern const struct fixture_text fixture_built_in[];
extern const int fixture_built_in_count;

/* Puts these fixtures, one after the other, in the place of all templates there were. Each name is
 * a built-in one or a file. False, and the database as it was, after saying on stderr what is wrong
 * and where: file, line, JSON pointer; the store then is of no use any more. */
bool fixture_load(struct store *store, const struct option_values *names);

#endif
