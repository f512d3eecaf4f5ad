/* cmocka, after the headers that it wants to find in place. */
#ifndef TESTS_UNIT_STORY_H
#define TESTS_UNIT_STORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
