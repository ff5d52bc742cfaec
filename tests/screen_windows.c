/*
 * Several rooms on a terminal: what the status row and the prompt say of them.
 * The program on it is this one again, a session without a network.
 */
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tests/with_term.h"
#include "tests/with_term_wait.h"
#include "tui/screen/scene_draw.h"
#include "tui/screen/screen.h"
#include "tui/session/scene.h"
#include "tui/session/session.h"
#include "tui/session/session_window.h"
#include "tui/session/window.h"
#include "tui/settings/config.h"
#include "tui/settings/options.h"

enum { NOON = 12 * 3600 * 1000, KEYS = 64 };

/* ---- What is played ---- */

static bool
on_send(void *arg, const struct record *r)
{
	(void)arg;
	(void)r;
	return true;
}

static uint64_t
on_read_up_to(void *arg, const struct session_place *at)
{
	(void)arg;
	(void)at;
	return 0;
}

static char *
on_load_draft(void *arg, const struct session_place *at, size_t *len)
{
	(void)arg;
	(void)at;
	(void)len;
	return NULL;
}

static bool
on_keep_draft(void *arg, const struct session_place *at, const char *text,
    size_t len)
{
	(void)arg;
	(void)at;
	(void)text;
	(void)len;
	return true;
}

static void
on_welcome(void *arg, const char *name)
{
	(void)arg;
	(void)name;
}

static void
on_alert(void *arg, const char *name, const char *text, size_t len)
{
	(void)arg;
	(void)name;
	(void)text;
	(void)len;
}

static void
on_settings(void *arg)
{
	(void)arg;
}

static void
tell(struct session *s, uint16_t window, enum record_type type,
    const char *text)
{
	struct record r = { .type = type, .text = text,
	    .text_len = strlen(text),
	    .state = { .phase = RECORD_ONLINE, .rtt_ms = 12,
	    .loss_permille = 0, .people = 6 } };

	session_record_in(s, window, 0, NOON, &r);
}

static void
say(struct session *s, uint16_t window, const char *author, const char *text)
{
	static uint64_t seq;
	struct record r = { .type = RECORD_ENTRY, .entry = {
	    .kind = ENTRY_SAY, .seq = ++seq, .time_ms = NOON,
	    .author = author, .author_len = strlen(author), .text = text,
	    .text_len = strlen(text) } };

	session_record_in(s, window, (int64_t)seq, NOON, &r);
}

/* Five rooms, where something goes on in three. */
static void
fill(struct session *s)
{
	static const char *const names[] = { "lab", "ops", "class", "music",
	    "games" };
	uint16_t i;

	for (i = 0; i < 5; i++) {
		if (i > 0)
			session_open_window(s, names[i], strlen(names[i]));
		tell(s, i, RECORD_ROOM, names[i]);
		tell(s, i, RECORD_STATE, "");
		tell(s, i, RECORD_WELCOME, "ada");
		tell(s, i, RECORD_CAUGHT_UP, "");
	}
	say(s, 0, "bob", "does the timer start again?");
	say(s, 1, "carol", "one");
	say(s, 3, "bob", "ada: 4711");
	say(s, 2, "dave", "are you there, ada?");
	say(s, 3, "bob", "changed today");
	say(s, 1, "carol", "two");
	say(s, 1, "carol", "three");
}

static void
draw(struct session *s, struct screen *screen)
{
	struct scene scene;

	session_scene(s, 0, &scene);
	scene_draw(screen, session_view(s), &scene, session_layout(s));
	session_drawn(s);
}

static void
on_winch(int sig)
{
	(void)sig;
}

static void
take_keys(struct session *s, struct screen *screen)
{
	struct key keys[KEYS];
	size_t n = 0;

	while (n < KEYS && screen_key(screen, &keys[n]))
		n++;
	if (n > 0)
		session_keys(s, 0, NOON, keys, n);
}

static int
play(bool one, bool mono)
{
	static struct options options, next;
	struct sigaction winch = { .sa_handler = on_winch };
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
	const struct session_out out = { .send = on_send,
	    .read_up_to = on_read_up_to, .load_draft = on_load_draft,
	    .keep_draft = on_keep_draft, .welcome = on_welcome,
	    .alert = on_alert, .settings = on_settings };
	const struct session_config config = { .server = "host",
	    .name = "ada", .options = &options, .next = &next,
	    .history_bytes = 256 * 1024 };
	struct theme theme = theme_default();
	struct session *s;
	struct screen *screen;
	const char *why;
	sigset_t none, blocked;

	sigaction(SIGWINCH, &winch, NULL);
	sigemptyset(&none);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGWINCH);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	config_defaults(&options);
	next = options;
	s = session_new(&config, &out);
	theme.name = mono ? THEME_MONO : THEME_DARK;
	if (s == NULL || (screen = screen_open(&theme, true, &why)) == NULL)
		return 1;
	session_resize(s, screen_rows(screen), screen_cols(screen));
	session_start(s, 0);
	if (one) {
		tell(s, 0, RECORD_ROOM, "lab");
		tell(s, 0, RECORD_WELCOME, "ada");
		tell(s, 0, RECORD_CAUGHT_UP, "");
	} else
		fill(s);
	for (;;) {
		draw(s, screen);
		if (ppoll(&fd, 1, NULL, &none) == -1 && errno != EINTR)
			return 1;
		screen_fit(screen);
		session_resize(s, screen_rows(screen), screen_cols(screen));
		take_keys(s, screen);
	}
}

/* ---- What is seen of it ---- */

static struct term *
start(int rows, int cols, const char *what)
{
	const char *const argv[] = { "/proc/self/exe", what, NULL };

	return term_start(rows, cols, NULL, argv);
}

static void
row_is(struct term *t, int row, const char *text)
{
	char now[TERM_ROW_BYTES];

	assert_string_equal(term_row_text(t, row, now), text);
}

static void
the_rooms_are_listed_in_the_status_row(void **state)
{
	struct term *t = start(24, 80, "several");
	struct term_cell lab, ops, class, games;

	(void)state;
	assert_true(term_wait(t, "lab ›"));
	row_is(t, -2, " 1 lab  2 ops:3  3 class!1  4 music!2  5 games"
	    "                       M-a: music");
	row_is(t, -1, "lab ›");
	lab = term_cell(t, 22, 1);
	ops = term_cell(t, 22, 8);
	class = term_cell(t, 22, 17);
	games = term_cell(t, 22, 39);
	assert_string_equal(lab.text, "1");
	assert_string_equal(ops.text, "2");
	assert_string_equal(class.text, "3");
	assert_string_equal(games.text, "5");
	assert_int_equal(lab.bg, TERM_DEFAULT);
	assert_int_not_equal(games.bg, TERM_DEFAULT);
	assert_int_equal(ops.bg, games.bg);
	assert_true(ops.bold && !games.bold);
	assert_int_not_equal(class.fg, ops.fg);
	term_free(t);
}

static void
without_colours_the_one_that_is_looked_at_stands_out(void **state)
{
	struct term *t = start(24, 80, "mono");

	(void)state;
	assert_true(term_wait(t, "lab ›"));
	assert_false(term_cell(t, 22, 1).reverse);
	assert_true(term_cell(t, 22, 8).reverse);
	assert_true(term_cell(t, 22, 60).reverse);
	term_press(t, "C-n");
	assert_true(term_wait(t, "ops ›"));
	assert_true(term_cell(t, 22, 1).reverse);
	assert_false(term_cell(t, 22, 8).reverse);
	assert_true(term_cell(t, 22, 60).reverse);
	term_free(t);
}

static void
one_goes_to_where_one_is_meant_and_back(void **state)
{
	struct term *t = start(24, 80, "several");

	(void)state;
	assert_true(term_wait(t, "lab ›"));
	term_keys(t, "yes");
	assert_true(term_wait(t, "lab › yes"));
	term_press(t, "M-a");
	assert_true(term_wait(t, "music ›"));
	assert_true(term_find(t, "4711") > 0);
	assert_int_equal(term_find(t, "the timer"), -1);
	assert_true(term_find(t, "2 new") > 0);
	row_is(t, -1, "music ›");
	assert_true(term_row_has(t, -2, "4 music  5 games"));
	assert_true(term_row_has(t, -2, "M-a: class"));
	term_press(t, "M-a");
	assert_true(term_wait(t, "class ›"));
	term_press(t, "M-a");
	assert_true(term_wait(t, "ops ›"));
	assert_true(term_wait(t, "live"));
	term_press(t, "M-a");
	assert_true(term_wait(t, "lab › yes"));
	assert_true(term_find(t, "the timer") > 0);
	term_free(t);
}

static void
arrows_with_alt_go_beside(void **state)
{
	struct term *t = start(24, 80, "several");

	(void)state;
	assert_true(term_wait(t, "lab ›"));
	term_press(t, "M-Right");
	assert_true(term_wait(t, "ops ›"));
	term_press(t, "M-Down");
	assert_true(term_wait(t, "class ›"));
	term_press(t, "M-Left");
	assert_true(term_wait(t, "ops ›"));
	term_press(t, "M-Up");
	assert_true(term_wait(t, "lab ›"));
	term_press(t, "C-p");
	assert_true(term_wait(t, "games ›"));
	term_press(t, "M-2");
	assert_true(term_wait(t, "ops ›"));
	term_press(t, "M-/");
	assert_true(term_wait(t, "games ›"));
	term_free(t);
}

static void
a_narrow_screen_lists_those_that_matter(void **state)
{
	struct term *t = start(12, 40, "several");

	(void)state;
	assert_true(term_wait(t, "lab ›"));
	row_is(t, -2, " 1 lab  3 class!1  +2        M-a: music");
	term_press(t, "M-4");
	assert_true(term_wait(t, "music ›"));
	row_is(t, -2, " 3 class!1  4 music  +1      M-a: class");
	term_resize(t, 7, 40);
	assert_true(term_wait(t, "PgUp"));
	assert_true(term_find(t, "music ›") > 0);
	term_free(t);
}

/* What is said there has the list's place; what is asked, its hints. */
static void
a_notice_and_a_search_go_before_the_list(void **state)
{
	struct term *t = start(24, 80, "several");

	(void)state;
	assert_true(term_wait(t, "lab ›"));
	term_press(t, "M-9");
	assert_true(term_wait(t, "No room has the number 9."));
	assert_false(term_row_has(t, -2, "2 ops"));
	term_press(t, "C-r");
	assert_true(term_wait(t, "search ›"));
	assert_true(term_row_has(t, -2, "C-r older"));
	term_press(t, "Esc");
	assert_true(term_wait(t, "2 ops:3"));
	term_free(t);
}

static void
a_name_is_typed_to_go_there(void **state)
{
	struct term *t = start(24, 80, "several");

	(void)state;
	assert_true(term_wait(t, "lab ›"));
	term_press(t, "M-g");
	assert_true(term_wait(t, "go to ›"));
	row_is(t, -2, " 2 ops:3  3 class!1  4 music!2  5 games"
	    "                                    live");
	term_keys(t, "as");
	assert_true(term_wait(t, "go to › as"));
	assert_true(term_row_has(t, -2, " 3 class!1"));
	assert_false(term_row_has(t, -2, "ops"));
	term_keys(t, "x");
	assert_true(term_wait(t, "Enter goes there"));
	term_press(t, "Backspace Enter");
	assert_true(term_wait(t, "class ›"));
	term_free(t);
}

static void
one_room_has_no_list(void **state)
{
	struct term *t = start(24, 80, "one");

	(void)state;
	assert_true(term_wait(t, "ada ›"));
	assert_true(term_row_has(t, -2, " PgUp history"));
	assert_true(term_row_has(t, -2, "live"));
	assert_false(term_row_has(t, -2, "lab"));
	term_free(t);
}

int
main(int argc, char *argv[])
{
#define TEST(name) cmocka_unit_test_teardown(name, term_free_all)
	const struct CMUnitTest tests[] = {
		TEST(the_rooms_are_listed_in_the_status_row),
		TEST(without_colours_the_one_that_is_looked_at_stands_out),
		TEST(one_goes_to_where_one_is_meant_and_back),
		TEST(arrows_with_alt_go_beside),
		TEST(a_narrow_screen_lists_those_that_matter),
		TEST(a_notice_and_a_search_go_before_the_list),
		TEST(a_name_is_typed_to_go_there),
		TEST(one_room_has_no_list),
	};

	setlocale(LC_ALL, "");
	if (argc > 1)
		return play(strcmp(argv[1], "one") == 0,
		    strcmp(argv[1], "mono") == 0);
	return tests_run(tests, NULL, NULL);
}
