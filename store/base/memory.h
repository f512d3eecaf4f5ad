/* Memory for code that cannot fail, and a reserve for when the system has none left.
 *
 * The reserve is several times what a small change of the database needs. A request begins only
 * while the reserve is full. So it lasts until the request that took too much has failed, and has
 * freed its memory.
 */
#ifndef STORE_BASE_MEMORY_H
#define STORE_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* size bytes, all zero, for free(). When the reserve is used up too, the program prints a sentence
 * and aborts. */
void *memory_take(size_t size);

/* The same for realloc(); bytes may be NULL. What is new is not cleared. */
void *memory_resize(void *bytes, size_t size);

/* The same, but NULL when the reserve is used up too. */
void *memory_try(void *bytes, size_t size);

/* A copy of size bytes of a text, with a zero after them. */
char *memory_copy_text(const char *text, size_t size);

/* Fills the reserve, unless it is full. False: there is too little memory. */
bool memory_reserve_fill(void);

/* Frees the reserve, so that the next allocation can have it. False: it was empty. */
bool memory_reserve_give(void);

/* Prints the sentence and aborts. */
_Noreturn void memory_is_used_up(void);

#endif
