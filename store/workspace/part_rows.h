/* How many rows a part of long work takes: more or fewer as the part before was short or long. */
#ifndef STORE_WORKSPACE_PART_ROWS_H
#define STORE_WORKSPACE_PART_ROWS_H

#include "store/base/clock.h"

enum {
    PART_ROWS_FIRST = 64,
    PART_ROWS_MOST = 2048,
    PART_SHORT = 1000, /* microseconds */
    PART_LONG = 3000
};

/* After a part of so many, which began at that clock_monotonic_us(). */
static inline int64_t part_rows_next(int64_t rows, int64_t began)
{
    int64_t took = clock_monotonic_us() - began;

    if (took < PART_SHORT && rows < PART_ROWS_MOST)
        return rows * 2;
    return took > PART_LONG && rows > 1 ? rows / 2 : rows;
}

#endif
