/* The memory of SQLite: small pieces that were freed are kept for the next ones.
 *
 * A statement takes and frees a dozen pieces. SQLite has its own lookaside memory for them, but
 * Debian's is built without it, and malloc() and free() took 3,500 of the 74,000 instructions of a
 * cancel. What is kept is never more than what was in use at once.
 */
#ifndef STORE_DB_SMALL_MEMORY_H
#define STORE_DB_SMALL_MEMORY_H

/* Before SQLite is first used in this process. */
void small_memory_install(void);

#endif
