/* The cells of coverage: which there are, and what each is called. */
#ifndef SERVER_COVERAGE_CELLS_H
#define SERVER_COVERAGE_CELLS_H

#include "server/contract/contract.h"
#include "server/coverage/coverage.h"
#include "store/base/arena.h"

/* One row of DIMENSION in coverage.def; all of it is static. */
struct dimension_row {
    const char *name;
    int rows, columns;
    const char *what, *why;
};
const struct dimension_row *dimension_row(enum coverage_dimension dimension);

/* A cell. Its name is static or in the arena. */
struct cell {
    enum coverage_dimension dimension;
    int row, column;
    const char *name; /* such as "cancelFlowRun 422" */
};

/* All cells, dimension by dimension, in the arena. Returns how many there are. */
int cells_list(struct arena *arena, struct cell **out);

/* How often it was covered. */
int64_t cell_count(const struct coverage *coverage, const struct cell *cell);
void cell_set_count(struct coverage *coverage, const struct cell *cell, int64_t count);

#endif
