/* Dates of the proleptic Gregorian calendar as counts of days. */
#ifndef STORE_BASE_DATE_H
#define STORE_BASE_DATE_H

#include <stdint.h>

struct date {
    int year, month, day; /* month and day from 1 */
};

/* Days since 1970-01-01. */
int64_t date_to_days(struct date date);

/* The date so many days after 1970-01-01. */
struct date date_from_days(int64_t days);

#endif
