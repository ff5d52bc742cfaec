/*
 * The terminal where the program ends in the midst, as curses ends it without
 * memory: this program itself, as a child on a terminal model.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_chat.h"
#include "tests/with_cmocka.h"
#include "tui/screen/screen.h"
#include "tui/screen/sheet.h"
#include "tui/screen/terminal.h"

enum { STATUS = 7 };

static struct term *
start(const char *how)
{
	const char *const argv[] = { "/proc/self/exe", how, NULL };

	return term_start(24, 80, NULL, argv);
}

static void
an_exit_in_the_midst_gives_the_terminal_back(void **state)
{
	struct term *t = start("in the midst");

	(void)state;
	assert_int_equal(term_wait_exit(t), STATUS);
	assert_true(term_wrote(t, "\033[?2004h"));
	assert_true(term_wrote(t, "\033[?1000h"));
	assert_true(chat_left_clean(t));
}

/* While curses writes, standard output is no terminal. */
static void
an_exit_within_a_frame_gives_the_terminal_back(void **state)
{
	struct term *t = start("within");

	(void)state;
	assert_int_equal(term_wait_exit(t), STATUS);
	assert_true(term_wrote(t, "\033[?2004h"));
	assert_true(chat_left_clean(t));
}

/* What the next program set is left alone. */
static void
an_exit_behind_the_screen_writes_nothing(void **state)
{
	struct term *t = start("behind");

	(void)state;
	assert_int_equal(term_wait_exit(t), STATUS);
	assert_true(term_mode(t, TERM_PASTE));
}

/* As the child. */
static int
end(const char *how)
{
	struct theme theme = { .name = THEME_DARK };
	const char *why;
	/* What is still open at the exit is no leak. */
	static struct screen *volatile s;
	static struct sheet sheet;

	setlocale(LC_ALL, "");
	if ((s = screen_open(&theme, true, &why)) == NULL)
		return 1;
	terminal_mouse(screen_terminal(s), true);
	screen_flush(s);
	if (strcmp(how, "within") == 0) {
		sheet_open(&sheet);
		sheet_begin(&sheet);
		return STATUS;
	}
	terminal_frame(screen_terminal(s), true);
	if (strcmp(how, "behind") == 0) {
		screen_close(s);
		printf("\033[?2004h");
		fflush(stdout);
	}
	return STATUS;
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
		    an_exit_in_the_midst_gives_the_terminal_back,
		    term_free_all),
		cmocka_unit_test_teardown(
		    an_exit_within_a_frame_gives_the_terminal_back,
		    term_free_all),
		cmocka_unit_test_teardown(
		    an_exit_behind_the_screen_writes_nothing, term_free_all),
	};

	if (argc > 1)
		return end(argv[1]);
	return tests_run(tests, NULL, NULL);
}
