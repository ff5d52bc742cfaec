/*
 * The test terminal itself, with programs of a few words: what a test reads
 * there must be what a person would see.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tests/with_term.h"
#include "tests/with_term_wait.h"

static struct term *
shell(const char *script)
{
	const char *const argv[] = { "sh", "-c", script, NULL };

	return term_start(24, 80, NULL, argv);
}

static char	*said;		/* what hush() kept of stderr */
static size_t	 said_size;
static FILE	*real_stderr;

/* Keeps stderr in said, until speak(). */
static void
hush(void)
{
	real_stderr = stderr;
	stderr = open_memstream(&said, &said_size);
	assert_non_null(stderr);
}

static void
speak(void)
{
	fclose(stderr);
	stderr = real_stderr;
}

static void
the_screen_is_what_was_printed(void **state)
{
	struct term *t = shell("printf 'one\\n\\n  three  '; cat");
	char row[TERM_ROW_BYTES];
	char *text;
	int y, x;
	bool visible;

	(void)state;
	assert_true(term_wait(t, "three"));
	assert_true(term_wait_row(t, 0, "one"));
	assert_true(term_wait_cursor(t, 2, 9));
	assert_string_equal(term_row_text(t, 1, row), "");
	assert_string_equal(term_row_text(t, 2, row), "  three");
	assert_int_equal(term_find(t, "three"), 2);
	assert_int_equal(term_find(t, "four"), -1);
	assert_true(term_row_has(t, -22, "three"));
	assert_false(term_row_has(t, -25, "three"));
	term_cursor(t, &y, &x, &visible);
	assert_int_equal(y, 2);
	assert_int_equal(x, 9);
	assert_true(visible);
	text = term_text(t);
	assert_memory_equal(text, "one\n\n  three\n\n", 14);
	free(text);
	assert_int_equal(term_bytes(t), strlen("one\r\n\r\n  three  "));
	term_free(t);
}

static void
wide_characters_take_two_cells(void **state)
{
	struct term *t = shell("printf '\344\275\240x e\314\201 "
	    "\360\237\245\237y\\r\\n\344\275\240\\rz'");
	char row[TERM_ROW_BYTES];

	(void)state;
	assert_int_equal(term_wait_exit(t), 0);
	assert_int_equal(term_cell(t, 0, 0).width, 2);
	assert_string_equal(term_cell(t, 0, 0).text, "\344\275\240");
	assert_int_equal(term_cell(t, 0, 1).width, 0);
	assert_string_equal(term_cell(t, 0, 2).text, "x");
	assert_string_equal(term_cell(t, 0, 4).text, "e\314\201");
	assert_string_equal(term_cell(t, 0, 8).text, "y");
	assert_string_equal(term_row_text(t, 0, row),
	    "\344\275\240x e\314\201 \360\237\245\237y");
	/* Half of it drawn over: the other half shows nothing. */
	assert_string_equal(term_row_text(t, 1, row), "z");
	assert_int_equal(term_cell(t, 1, 1).width, 1);
	term_free(t);
}

static void
one_column_survives_wide_characters(void **state)
{
	struct term *t = shell("printf '\344\275\240\344\275\240'; printf ok");

	(void)state;
	term_resize(t, 1, 1);
	assert_int_equal(term_wait_exit(t), 0);
	assert_int_equal(term_cols(t), 1);
	term_resize(t, 200, 500);
	assert_int_equal(term_rows(t), 200);
	assert_int_equal(term_find(t, "nothing"), -1);
	term_free(t);
}

static void
colours_and_attributes_are_kept(void **state)
{
	struct term *t = shell("printf '\\033[1;31;44mA\\033[0;2;38;5;209mB"
	    "\\033[22;38;2;1;2;3;7mC\\033[0;3;4;5;9;97mD\\033[mE'");
	struct term_cell a, b, c, d, e;

	(void)state;
	assert_int_equal(term_wait_exit(t), 0);
	a = term_cell(t, 0, 0);
	b = term_cell(t, 0, 1);
	c = term_cell(t, 0, 2);
	d = term_cell(t, 0, 3);
	e = term_cell(t, 0, 4);
	assert_true(a.bold && !a.dim && !a.reverse);
	assert_int_equal(a.fg, 1);
	assert_int_equal(a.bg, 4);
	assert_true(b.dim && !b.bold);
	assert_int_equal(b.fg, 209);
	assert_int_equal(b.bg, TERM_DEFAULT);
	assert_true(c.reverse && !c.dim);
	assert_int_equal(c.fg, TERM_RGB | 0x010203);
	assert_true(d.italic && d.underline && d.blink && d.strike);
	assert_int_equal(d.fg, 15);
	assert_false(e.italic || e.underline || e.blink || e.strike);
	assert_int_equal(e.fg, TERM_DEFAULT);
	term_free(t);
}

/* Counts looks, and those that saw "one" without "two". */
static bool
saw_both(struct term *t, void *arg)
{
	int *half = arg;

	if (term_find(t, "one") == -1)
		return false;
	if (term_find(t, "two") != -1)
		return true;
	++*half;
	return false;
}

static void
a_half_drawn_frame_is_never_judged(void **state)
{
	struct term *t = shell("stty -echo; printf go; read a;"
	    "printf '\\033[?20'; printf '26hone'; read a; printf two;"
	    "printf '\\033[?20'; read a; printf '26l'; cat");
	int half = 0;

	(void)state;
	assert_true(term_wait(t, "go"));
	assert_false(term_mode(t, TERM_FRAME));
	term_keys(t, "\n");
	while (term_find(t, "one") == -1)
		term_serve(TERM_WAIT_MS);
	assert_true(term_mode(t, TERM_FRAME));
	assert_int_equal(term_frames(t), 0);
	term_keys(t, "\n\n");
	assert_true(term_wait_for(t, saw_both, &half, "both"));
	assert_int_equal(half, 0);
	assert_int_equal(term_frames(t), 1);
	term_free(t);
}

static void
a_wait_in_vain_shows_the_screen(void **state)
{
	struct term *t = shell("printf 'only this'");
	bool found;

	(void)state;
	hush();
	found = term_wait(t, "something else");
	speak();
	assert_false(found);
	assert_non_null(strstr(said, "something else"));
	assert_non_null(strstr(said, "|only this\n"));
	free(said);
	term_free(t);
}

static void
the_exit_status_is_a_shells(void **state)
{
	const char *const missing[] = { "./no-such-program", NULL };
	struct term *a = shell("exit 3"), *b = shell("kill -TERM $$");
	struct term *c = term_start(5, 80, NULL, missing);

	(void)state;
	assert_int_equal(term_wait_exit(a), 3);
	assert_int_equal(term_wait_exit(b), 128 + SIGTERM);
	assert_int_equal(term_wait_exit(c), 127);
	assert_true(term_row_has(c, 0, "./no-such-program: "));
	term_free(a);
	term_free(b);
	term_free(c);
}

static void
all_output_is_seen_before_the_end_is(void **state)
{
	struct term *t = shell("seq 20000");

	(void)state;
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(term_row_has(t, -2, "20000"));
	assert_int_equal(term_bytes(t) > 20000 * 6, 1);
	term_free(t);
}

static void
changed_line_modes_are_noticed(void **state)
{
	struct term *t = shell("stty -echo intr ^X");
	bool same;

	(void)state;
	assert_int_equal(term_wait_exit(t), 0);
	hush();
	same = term_termios_same(t);
	speak();
	assert_false(same);
	assert_non_null(strstr(said, "c_lflag"));
	assert_non_null(strstr(said, "c_cc"));
	free(said);
	term_free(t);
	t = shell("old=$(stty -g); stty raw -echo; stty $old");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(term_termios_same(t));
	term_free(t);
}

static void
a_new_size_reaches_the_program(void **state)
{
	struct term *t = shell("trap 'stty size' WINCH; mkfifo $HOME/f;"
	    "cat $HOME/f & stty size; while :; do wait; done");

	(void)state;
	assert_true(term_wait_row(t, 0, "24 80"));
	term_resize(t, 7, 33);
	assert_true(term_wait(t, "7 33"));
	assert_int_equal(term_rows(t), 7);
	assert_int_equal(term_cols(t), 33);
	term_free(t);
}

static void
a_paste_is_bracketed_where_asked(void **state)
{
	struct term *t = shell("stty -icanon -echo -icrnl; printf go;"
	    "head -c 3 | od -An -c; printf '\\033[?2004hmore';"
	    "head -c 15 | od -An -c");

	(void)state;
	assert_true(term_wait(t, "go"));
	term_paste(t, "a\nb");
	assert_true(term_wait(t, "a  \\r   b"));
	assert_true(term_wait(t, "more"));
	assert_true(term_mode(t, TERM_PASTE));
	term_paste(t, "a\nb");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(term_row_has(t, 1,
	    "033   [   2   0   0   ~   a  \\r   b 033   [   2   0   1   ~"));
	term_free(t);
}

static void
keys_follow_the_cursor_key_mode(void **state)
{
	struct term *t = shell("stty -icanon -echo; printf '\\033[?1hgo';"
	    "head -c 3 | od -An -c");

	(void)state;
	assert_true(term_wait(t, "go"));
	term_press(t, "Up");
	assert_true(term_wait(t, "033   O   A"));
	term_free(t);
}

static void
queries_are_answered(void **state)
{
	struct term *t = shell("stty -icanon -echo; printf '\\033[6n';"
	    "head -c 6 | od -An -c");

	(void)state;
	assert_true(term_wait(t, "033   [   1   ;   1   R"));
	term_free(t);
}

static void
modes_title_and_bells_are_kept(void **state)
{
	struct term *t = shell("printf '\\033[?1049h\\033[?12;25l\\033[?1004h"
	    "\\033[?1002;1006h\\033]2;my \360\237\245\237\\a\\a\\a'; cat");
	bool visible;

	(void)state;
	assert_true(term_wait_mode(t, 1006, true));
	assert_true(term_alt_screen(t) && term_mouse(t));
	assert_true(term_mode(t, TERM_FOCUS) && !term_mode(t, TERM_PASTE));
	term_cursor(t, NULL, NULL, &visible);
	assert_false(visible);
	term_keys(t, "x\n");
	assert_true(term_wait_row(t, 1, "x"));
	assert_string_equal(term_title(t), "my \360\237\245\237");
	assert_int_equal(term_bells(t), 2);
	term_free(t);
}

static void
ctrl_z_stops_and_fg_goes_on(void **state)
{
	struct term *t = shell("trap 'stty -echo; printf back' CONT; cat");

	(void)state;
	term_keys(t, "one\n");
	assert_true(term_wait_row(t, 1, "one"));
	term_keys(t, "\032");
	assert_true(term_wait_stopped(t));
	term_continue(t);
	assert_true(term_wait_running(t));
	/* It has the terminal again: reading does not stop it. */
	term_keys(t, "two\n");
	assert_true(term_wait(t, "two"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 128 + SIGINT);
	term_free(t);
}

static void
a_closed_window_hangs_up(void **state)
{
	struct term *a = shell("printf ready; tail -f /dev/null");
	struct term *b = shell("trap '' HUP; printf ready; cat; exit 5");

	(void)state;
	assert_true(term_wait(a, "ready"));
	assert_true(term_wait(b, "ready"));
	term_close_window(a);
	assert_int_equal(term_wait_exit(a), 128 + SIGHUP);
	assert_true(term_row_has(a, 0, "ready"));
	term_close_window(b);
	assert_int_equal(term_wait_exit(b), 5);
	term_free(a);
	term_free(b);
}

/* Until so many processes live and so many are zombies, unless it is never. */
static bool
come_to(struct term *t, int alive, int zombies)
{
	int tries;

	for (tries = 0; tries < 2000; tries++) {
		if (term_processes(t, false, false) == alive &&
		    term_processes(t, true, false) == alive + zombies)
			return true;
		term_serve(10);
	}
	return false;
}

static void
what_a_program_leaves_is_found(void **state)
{
	struct term *t = shell("tail -f /dev/null & setsid -f tail -f /dev/null;"
	    "true & exec cat");
	bool alone;

	(void)state;
	assert_true(come_to(t, 3, 1));
	term_keys(t, "\004");
	assert_int_equal(term_wait_exit(t), 0);
	hush();
	alone = term_no_children(t);
	speak();
	assert_false(alone);
	assert_non_null(strstr(said, "(tail)"));
	assert_non_null(strstr(said, ") Z\n"));
	free(said);
	assert_int_equal(term_processes(t, false, false), 2);
	term_free(t);
	t = shell("true & wait");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(term_no_children(t));
	assert_true(term_wait_alone(t));
	term_free(t);
}

static void
freeing_kills_and_removes_the_home(void **state)
{
	struct term *t = shell("trap '' HUP TERM INT; mkdir -p $HOME/a/b;"
	    "touch $HOME/a/b/c; printf ready; while :; do read x; done");
	char home[256];
	struct stat sb;
	pid_t pid;

	(void)state;
	assert_true(term_wait(t, "ready"));
	snprintf(home, sizeof(home), "%s", term_home(t));
	assert_int_equal(stat(home, &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0700);
	pid = term_pid(t);
	assert_int_equal(kill(pid, 0), 0);
	term_free(t);
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(stat(home, &sb), -1);
}

static void
the_environment_is_made_anew(void **state)
{
	const char *const argv[] = { "sh", "-c",
	    "echo $TERM ${LC_ALL-none} $NO_COLOR $HOME $XDG_STATE_HOME"
	    " ${SECRET-hidden}", NULL };
	const char *const env[] = { "LC_ALL", "NO_COLOR=1", "TERM=dumb",
	    "HOME=/nowhere", NULL };
	struct term *t;

	(void)state;
	setenv("SECRET", "leaked", 1);
	t = term_start(2, 80, env, argv);
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(term_row_has(t, 0,
	    "dumb none 1 /nowhere /nowhere/.local/state hidden"));
	term_free(t);
	unsetenv("SECRET");
}

static void
waiting_for_one_serves_all(void **state)
{
	struct term *reader = shell("mkfifo $HOME/f; printf ready; cat $HOME/f");
	struct term *writer;
	char script[512];

	(void)state;
	assert_true(term_wait(reader, "ready"));
	/* Far more than a line holds, before it says anything. */
	snprintf(script, sizeof(script), "seq 20000; echo 'said' >%s/f",
	    term_home(reader));
	writer = shell(script);
	assert_true(term_wait(reader, "said"));
	assert_int_equal(term_wait_exit(writer), 0);
	term_free(writer);
	term_free(reader);
}

static void
a_long_paste_arrives_whole(void **state)
{
	struct term *t = shell("stty -icanon -echo; printf go;"
	    "head -c 300000 | wc -c");
	char *text;

	(void)state;
	assert_true(term_wait(t, "go"));
	text = malloc(300001);
	assert_non_null(text);
	memset(text, 'x', 300000);
	text[300000] = '\0';
	term_paste(t, text);
	free(text);
	assert_true(term_wait(t, "300000"));
	assert_int_equal(term_wait_exit(t), 0);
	term_free(t);
}

int
main(void)
{
#define T(name) cmocka_unit_test_teardown(name, term_free_all)
	const struct CMUnitTest tests[] = {
		T(the_screen_is_what_was_printed),
		T(wide_characters_take_two_cells),
		T(one_column_survives_wide_characters),
		T(colours_and_attributes_are_kept),
		T(a_half_drawn_frame_is_never_judged),
		T(a_wait_in_vain_shows_the_screen),
		T(the_exit_status_is_a_shells),
		T(all_output_is_seen_before_the_end_is),
		T(changed_line_modes_are_noticed),
		T(a_new_size_reaches_the_program),
		T(a_paste_is_bracketed_where_asked),
		T(keys_follow_the_cursor_key_mode),
		T(queries_are_answered),
		T(modes_title_and_bells_are_kept),
		T(ctrl_z_stops_and_fg_goes_on),
		T(a_closed_window_hangs_up),
		T(what_a_program_leaves_is_found),
		T(freeing_kills_and_removes_the_home),
		T(the_environment_is_made_anew),
		T(waiting_for_one_serves_all),
		T(a_long_paste_arrives_whole)
	};

	return tests_run(tests, NULL, NULL);
}
