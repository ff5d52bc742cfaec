/*
 * cmocka with the headers that it wants before it, and the end of every
 * program of tests: CHAT_TEST=NAME runs one of them, CHAT_TEST='*pattern*'
 * those whose names match.
 */
#ifndef TESTS_WITH_CMOCKA_H
#define TESTS_WITH_CMOCKA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/*
 * Runs a table of tests between set_up and tear_down, which may be NULL;
 * returns how many failed, which is what main returns.
 */
#define tests_run(tests, set_up, tear_down)				\
	(cmocka_set_test_filter(getenv("CHAT_TEST")),			\
	    cmocka_run_group_tests_name(__FILE__, tests, set_up, tear_down))

#endif
