/* Memory for what cannot fail, and a reserve for when the system has none left.
 *
 * What cannot do without takes from the reserve then, and so does a small change of the database:
 * the reserve is several times what that needs. A request begins only while it is full, so that it
 * lasts until other requests have freed what was too much.
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

/* As realloc() too, but NULL when the reserve is used up. */
void *memory_try(void *bytes, size_t size);

/* A copy of size bytes of a text, with a zero after them. */
char *memory_copy_text(const char *text, size_t size);

/* Fills the reserve. False: there is too little memory. */
bool memory_reserve_fill(void);

/* Leaves it to what asks for memory next. False: it is in use already. */
bool memory_reserve_give(void);

/* Prints the sentence and aborts. */
_Noreturn void memory_is_used_up(void);

#endif
