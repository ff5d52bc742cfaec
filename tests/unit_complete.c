/*
 * Completion: what Tab makes of the word before the caret.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tests/with_cmocka.h"
#include "tui/session/complete.h"

static const char *const people[] = { "alice", "Bob", "Alan", "中文", "中国",
    "Åsa", "bob2", "a,b:", NULL };
static const char *const commands[] = { "clear", "help", "me", "names", "nick",
    "set", NULL };
static const char *const settings[] = { "name", "notify", "theme", NULL };

/* What stands in the editor, and the lists as they are now. */
struct world {
	char			 text[2048];
	size_t			 caret;
	struct complete		 cycle;
	const char *const	*names;
};

static const char *
nth(void *arg, enum complete_what what, const char *of, size_t i)
{
	static const char *const values[] = { "auto", "dark", "light", NULL };
	static const char *const ignored[] = { "troll", "Al", NULL };
	static const char *const rooms[] = { "ops", "Opera", "class", NULL };
	static const char *const windows[] = { "lab", "den", NULL };
	static const char *const paths[] = { "notes.txt", "my notes/",
	    "my notes/a b.txt", NULL };
	size_t k;

	switch (what) {
	case COMPLETE_NAME:
		return ((struct world *)arg)->names[i];
	case COMPLETE_COMMAND:
		return commands[i];
	case COMPLETE_OPTION:
		return settings[i];
	case COMPLETE_VALUE:
		return strcmp(of, "theme") == 0 ? values[i] : NULL;
	case COMPLETE_IGNORED:
		return ignored[i];
	case COMPLETE_AUTHOR:
		return i == 0 ? "gone" : i == 1 ? "alice" : NULL;
	case COMPLETE_DAY:
		return i == 0 ? "2026-11-20" : i == 1 ? "2026-11-19" : NULL;
	case COMPLETE_ROOM:
		return rooms[i];
	case COMPLETE_WINDOW:
		return windows[i];
	case COMPLETE_PATH:
		for (k = 0; paths[k] != NULL; k++)
			if (strncmp(paths[k], of, strlen(of)) == 0 &&
			    (strchr(paths[k], '/') == NULL ||
			    paths[k][strlen(paths[k]) - 1] == '/' ||
			    strchr(of, '/') != NULL) && strcmp(paths[k], of) !=
			    0 && i-- == 0)
				return paths[k];
		return NULL;
	}
	return NULL;
}

static int
setup(void **state)
{
	struct world *w;

	if ((*state = w = calloc(1, sizeof(*w))) == NULL)
		return -1;
	w->names = people;
	return 0;
}

static int
teardown(void **state)
{
	free(*state);
	return 0;
}

/* A text with its caret ('|'), as typed. */
static void
put(struct world *w, const char *text)
{
	size_t before = strcspn(text, "|");

	snprintf(w->text, sizeof(w->text), "%.*s%s", (int)before, text,
	    text[before] == '|' ? text + before + 1 : "");
	w->caret = before;
}

static void
shows(const struct world *w, const char *want)
{
	char got[sizeof(w->text) + 1];

	snprintf(got, sizeof(got), "%.*s|%s", (int)w->caret, w->text,
	    w->text + w->caret);
	assert_string_equal(got, want);
}

/* From a block of its exact size: a checker sees what is read past it. */
static bool
press(struct world *w, bool back)
{
	const struct complete_source source = { nth, w, false };
	struct complete_change change;
	struct complete_line line;
	char text[sizeof(w->text)], *block;
	size_t len = strlen(w->text);
	bool changed;

	block = malloc(len + (len == 0));
	assert_non_null(block);
	memcpy(block, w->text, len);
	line = (struct complete_line){ block, len, w->caret };
	changed = complete_next(&w->cycle, &line, &source, back, &change);
	free(block);
	if (!changed)
		return false;
	assert_true(change.from <= change.to && change.to == w->caret);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)change.from, w->text,
	    change.text, w->text + change.to);
	memcpy(w->text, text, sizeof(text));
	w->caret = change.from + strlen(change.text);
	return true;
}

/* Tab shows each of the texts in turn, the last is NULL. */
static void
tabs(struct world *w, bool back, const char *const *want)
{
	for (; *want != NULL; want++) {
		assert_true(press(w, back));
		shows(w, *want);
	}
}
#define TABS(w, ...) \
	tabs(w, false, (const char *const[]){ __VA_ARGS__, NULL })
#define BACKTABS(w, ...) \
	tabs(w, true, (const char *const[]){ __VA_ARGS__, NULL })

/* The first Tab on `text` makes `want`; NULL: nothing. */
static void
becomes(struct world *w, const char *text, const char *want)
{
	struct complete before;

	memset(&w->cycle, 0, sizeof(w->cycle));
	put(w, text);
	if (want != NULL) {
		TABS(w, want);
		return;
	}
	assert_false(press(w, false));
	assert_false(w->cycle.active);
	before = w->cycle;
	assert_false(press(w, true));
	assert_memory_equal(&before, &w->cycle, sizeof(before));
}

static void
test_a_name_at_the_start_is_addressed(void **state)
{
	becomes(*state, "al|", "alice: |");
	becomes(*state, "AL|", "alice: |");
	becomes(*state, "alic|", "alice: |");
	becomes(*state, "bo|", "Bob: |");
	becomes(*state, "å|", "Åsa: |");
	becomes(*state, "中|", "中文: |");
	becomes(*state, "al|, hello", "alice: |, hello");
	becomes(*state, "zo|", NULL);
	becomes(*state, "alicex|", NULL);
}

static void
test_a_name_elsewhere_is_a_word(void **state)
{
	becomes(*state, "ask al|", "ask alice |");
	becomes(*state, " al|", " alice |");
	becomes(*state, "one\nal|", "one\nalice |");
	becomes(*state, "one\tal|", "one\talice |");
	becomes(*state, "你好\xe3\x80\x80中|", "你好\xe3\x80\x80中文 |");
	becomes(*state, "ask |", NULL);
	becomes(*state, "|al", NULL);
	becomes(*state, "al |", NULL);
}

static void
test_a_mention(void **state)
{
	becomes(*state, "@al|", "@alice |");
	becomes(*state, "see @bo|", "see @Bob |");
	becomes(*state, "see @|", "see @alice |");
	becomes(*state, "@zo|", NULL);
}

static void
test_an_empty_line_is_for_the_latest_speaker(void **state)
{
	struct world *w = *state;
	static const char *const none[] = { NULL };
	static const char *const two[] = { "bob", "eve", NULL };

	becomes(w, "|", "alice: |");
	w->names = two;
	put(w, "|");
	TABS(w, "bob: |", "eve: |", "|", "bob: |", "eve: |", "|");
	/* the cycle stands on the empty word, but the line is not empty now */
	put(w, "|hello");
	assert_false(press(w, false));
	w->names = none;
	becomes(w, "|", NULL);
}

static void
test_tab_goes_round_and_back(void **state)
{
	struct world *w = *state;

	put(w, "al|");
	TABS(w, "alice: |", "Alan: |", "al|", "alice: |");
	BACKTABS(w, "al|", "Alan: |", "alice: |", "al|", "Alan: |");
	TABS(w, "al|");
	put(w, "x AL| y");
	BACKTABS(w, "x Alan | y", "x alice | y", "x AL| y");
}

static void
test_a_single_candidate_stays(void **state)
{
	struct world *w = *state;

	put(w, "alic|");
	TABS(w, "alice: |");
	assert_false(press(w, false));
	assert_false(press(w, true));
	shows(w, "alice: |");
	becomes(w, "/help names|", NULL);
}

static void
test_another_change_begins_anew(void **state)
{
	struct world *w = *state;

	put(w, "al|");
	TABS(w, "alice: |");
	put(w, "alice: bo|");
	TABS(w, "alice, Bob: |", "alice, bob2: |", "alice: bo|");
	put(w, "alice: bob2|");
	TABS(w, "alice, bob2: |");
	/* the same text, but the caret went elsewhere */
	put(w, "al|ice, bob2: ");
	TABS(w, "alice: |ice, bob2: ");
}

static void
test_addressing_several(void **state)
{
	becomes(*state, "Bob: al|", "Bob, alice: |");
	becomes(*state, "Bob, al|", "Bob, alice: |");
	becomes(*state, "Bob, alice: 中国|", "Bob, alice, 中国: |");
	becomes(*state, "a,b:: al|", "a,b:, alice: |");
	becomes(*state, "a,b:, al|", "a,b:, alice: |");
	/* not as completion makes it */
	becomes(*state, "bob: al|", "bob: alice |");
	becomes(*state, "Bob: alice: bo|", "Bob: alice: Bob |");
	becomes(*state, "Bob:  al|", "Bob:  alice |");
	becomes(*state, "Bob al|", "Bob alice |");
	becomes(*state, "Bob: hi al|", "Bob: hi alice |");
	becomes(*state, "Zoe: al|", "Zoe: alice |");
	becomes(*state, ": al|", ": alice |");
	becomes(*state, ", al|", ", alice |");
	becomes(*state, " Bob: al|", " Bob: alice |");
	becomes(*state, "Bob:\nal|", "Bob:\nalice |");
	becomes(*state, "Bob: |", NULL);
	becomes(*state, "Bob: @al|", "Bob: @alice |");
}

static void
test_commands(void **state)
{
	struct world *w = *state;

	becomes(w, "/he|", "/help |");
	becomes(w, "/HE|", "/help |");
	becomes(w, "/help|", "/help |");
	becomes(w, "/he|lp", "/help |lp");
	becomes(w, "/al|", NULL);
	becomes(w, "/zz|", NULL);
	becomes(w, " /he|", NULL);
	becomes(w, "x /he|", NULL);
	becomes(w, "one\n/he|", NULL);
	becomes(w, "//he|", NULL);
	becomes(w, "//|", NULL);
	becomes(w, "//(:rocket|", "//(🚀|");
	put(w, "/n|");
	TABS(w, "/names |", "/nick |", "/n|");
	put(w, "/|");
	TABS(w, "/clear |", "/help |", "/me |", "/names |", "/nick |",
	    "/set |", "/|");
}

static void
test_arguments_of_commands(void **state)
{
	struct world *w = *state;

	becomes(w, "/set no|", "/set notify |");
	becomes(w, "/set  th|", "/set  theme |");
	becomes(w, "/set al|", NULL);
	becomes(w, "/set notify al|", "/set notify alice |");
	becomes(w, "/help se|", "/help set|");
	becomes(w, "/help no|", NULL);
	becomes(w, "/settle al|", "/settle alice |");
	becomes(w, "/set\nal|", "/set\nalice |");
	becomes(w, "/me al|", "/me alice |");
	becomes(w, "/me waves at bo|", "/me waves at Bob |");
	becomes(w, "/me @al|", "/me @alice |");
	becomes(w, "/me |", NULL);
	becomes(w, "//x al|", "//x alice |");
	becomes(w, "x /set no|", NULL);
	put(w, "/set |");
	TABS(w, "/set name |", "/set notify |", "/set theme |", "/set |");
	put(w, "/help n|");
	TABS(w, "/help names|", "/help nick|", "/help n|", "/help names|");
}

static void
test_what_narrows_a_search(void **state)
{
	struct world *w = *state;

	put(w, "/search from:|");
	TABS(w, "/search from:gone |", "/search from:alice |",
	    "/search from:|");
	becomes(w, "/search from:A|", "/search from:alice |");
	becomes(w, "/search  on:2026-11-19 from:g|",
	    "/search  on:2026-11-19 from:gone |");
	put(w, "/sea on:|");
	TABS(w, "/sea on:2026-11-20 |", "/sea on:2026-11-19 |");
	/* Behind a text it is text, as elsewhere. */
	becomes(w, "/search x from:a|", NULL);
	becomes(w, "/search al|", "/search alice |");
	becomes(w, "from:a|", NULL);
	becomes(w, "/search from:x|", NULL);
}

static void
test_emoji(void **state)
{
	struct world *w = *state;

	becomes(w, ":rocke|", "🚀|");
	becomes(w, "go :rocket|", "go 🚀|");
	becomes(w, "go\n:rocket| now", "go\n🚀| now");
	becomes(w, "(:rocket|", "(🚀|");
	becomes(w, "x [:rocket|]", "x [🚀|]");
	becomes(w, "（:rocket|", "（🚀|");
	becomes(w, "「:rocket|」", "「🚀|」");
	becomes(w, "好\xe3\x80\x80:rocket|", "好\xe3\x80\x80🚀|");
	becomes(w, "/me :+|", "/me 👍|");
	becomes(w, "Bob: :tad|", "Bob: 🎉|");
	becomes(w, ":flag-cn|", "🇨🇳|");
	becomes(w, ":|", NULL);
	becomes(w, "go :|", NULL);
	becomes(w, "http:|", NULL);
	becomes(w, "http://s|", NULL);
	becomes(w, "a:smile|", NULL);
	becomes(w, "好:smile|", NULL);
	becomes(w, "):smile|", NULL);
	becomes(w, "::smile|", NULL);
	becomes(w, ":smile:|", "😄|");
	becomes(w, "go :tada:| now", "go 🎉| now");
	becomes(w, ":smil:|", NULL);
	becomes(w, "::|", NULL);
	becomes(w, "12:30:|", NULL);
	becomes(w, ":no such|", NULL);
	becomes(w, ":)|", NULL);
	put(w, "(:smil|)");
	TABS(w, "(😄|)", "(😃|)", "(:smil|)", "(😄|)");
	BACKTABS(w, "(:smil|)", "(😃|)");
}

/* Somebody speaks between two Tabs: what is shown has moved. */
static void
test_the_list_may_change_meanwhile(void **state)
{
	static const char *const before[] = { "ann", "amy", NULL };
	static const char *const after[] = { "abe", "ann", "amy", NULL };
	static const char *const gone[] = { "abe", NULL };
	static const char *const none[] = { NULL };
	struct world *w = *state;

	w->names = before;
	put(w, "a|");
	TABS(w, "ann: |");
	w->names = after;
	TABS(w, "amy: |", "a|", "abe: |", "ann: |");
	w->names = gone;
	TABS(w, "abe: |");
	assert_false(press(w, false));
	w->names = none;
	TABS(w, "a|");
	assert_false(press(w, false));
}

static void
test_commands_know_what_they_take(void **state)
{
	struct world *w = *state;

	becomes(w, "/set theme |", "/set theme auto|");
	becomes(w, "/set theme = d|", "/set theme = dark|");
	becomes(w, "/set theme dark |", NULL);
	becomes(w, "/set nonsense |", NULL);
	becomes(w, "/set |", "/set name |");
	becomes(w, "/whois |", "/whois alice |");
	becomes(w, "/who b|", "/who Bob |");
	becomes(w, "/ignore |", "/ignore alice |");
	becomes(w, "/ignore @b|", "/ignore @Bob |");
	becomes(w, "/unignore |", "/unignore troll |");
	becomes(w, "/unignore alice |", NULL);
	becomes(w, "/join |", "/join ops|");
	becomes(w, "/j #cl|", "/j #class|");
	becomes(w, "/join ops |", NULL);
	becomes(w, "/go d|", "/go den|");
	becomes(w, "/leave l|", "/leave lab|");
	becomes(w, "/clear |", NULL);
	becomes(w, "//whois |", NULL);
}

static void
test_a_path_is_completed_blanks_and_all(void **state)
{
	struct world *w = *state;

	put(w, "/save |");
	TABS(w, "/save notes.txt|", "/save my notes/|", "/save |");
	becomes(w, "/save no|", "/save notes.txt|");
	becomes(w, "/save x|", NULL);
	/* Into the directory that is the only one. */
	put(w, "/save my|");
	TABS(w, "/save my notes/|", "/save my notes/a b.txt|");
	assert_false(press(w, false));
	becomes(w, "/save my notes/a |", "/save my notes/a b.txt|");
}

/* The list of the cycle as it is now, with | between. */
static void
lists(struct world *w, size_t first, size_t max, const char *want)
{
	const struct complete_source source = { nth, w, false };
	struct complete_label labels[8];
	char got[1024] = "";
	size_t n, i;

	n = complete_list(&w->cycle, &source, first, labels, max);
	assert_true(n <= max);
	for (i = 0; i < n; i++) {
		strlcat(got, i > 0 ? "|" : "", sizeof(got));
		strlcat(got, labels[i].text, sizeof(got));
	}
	assert_string_equal(got, want);
}

static void
test_the_candidates_are_listed(void **state)
{
	struct world *w = *state;

	becomes(w, "al|", "alice: |");
	assert_int_equal(w->cycle.n, 2);
	assert_int_equal(w->cycle.at, 0);
	lists(w, 0, 8, "alice|Alan");
	lists(w, 1, 8, "Alan");
	lists(w, 0, 1, "alice");
	lists(w, 2, 8, "");
	TABS(w, "Alan: |");
	assert_int_equal(w->cycle.at, 1);
	TABS(w, "al|");
	assert_int_equal(w->cycle.at, w->cycle.n);
	lists(w, 0, 8, "alice|Alan");
	becomes(w, "/n|", "/names |");
	lists(w, 0, 8, "/names|/nick");
	becomes(w, "/set theme |", "/set theme auto|");
	lists(w, 0, 8, "auto|dark|light");
	becomes(w, ":smi|", "😄|");
	lists(w, 0, 2, "😄 smile|😃 smiley");
	becomes(w, "/save |", "/save notes.txt|");
	lists(w, 0, 8, "notes.txt|my notes/");
	becomes(w, "/save my notes/|", "/save my notes/a b.txt|");
	lists(w, 0, 8, "a b.txt");
}

static void
test_a_candidate_given_twice_is_no_trap(void **state)
{
	static const char *const twice[] = { "ann", "amy", "ann", "ann", NULL };
	struct world *w = *state;

	w->names = twice;
	put(w, "a|");
	TABS(w, "ann: |", "amy: |", "ann: |", "a|", "ann: |");
}

static const char *
none(void *arg, enum complete_what what, const char *of, size_t i)
{
	(void)arg;
	(void)what;
	(void)of;
	(void)i;
	return NULL;
}

/* Sources of nothing, or of what cannot be inserted. */
static void
test_candidates_that_are_none(void **state)
{
	static char big[3 * COMPLETE_BYTES];
	static const char *const odd[] = { "", "a\xff", big, "abc", NULL };
	static const struct complete_line lines[] = { { "al", 2, 2 },
		{ "/s", 2, 2 }, { "/set n", 6, 6 }, { "Bob: a", 6, 6 } };
	static const struct complete_line emoji = { ":x", 2, 2 };
	const struct complete_source nothing = { none, NULL, false };
	struct complete c = { 0 };
	size_t i;
	struct complete_change change;
	struct world *w = *state;

	memset(big, 'a', sizeof(big) - 1);
	w->names = odd;
	becomes(w, "a|", "abc: |");
	assert_false(press(w, false));
	becomes(w, "|", "abc: |");
	assert_false(press(w, false));
	for (i = 0; i < 4; i++)
		assert_false(complete_next(&c, &lines[i], &nothing, false,
		    &change));
	assert_true(complete_next(&c, &emoji, &nothing, false, &change));
	assert_string_equal(change.text, "❌");
}

static void
test_what_is_inserted_fits_exactly(void **state)
{
	static char exact[COMPLETE_BYTES], over[COMPLETE_BYTES];
	static const char *const both[] = { over, exact, NULL };
	struct world *w = *state;

	memset(exact, 'a', sizeof(exact));
	memset(over, 'a', sizeof(over));
	exact[COMPLETE_BYTES - 3] = over[COMPLETE_BYTES - 2] = '\0';
	w->names = both;
	put(w, "a|");
	assert_true(press(w, false));
	assert_int_equal(strlen(w->text), COMPLETE_BYTES - 1);
	assert_false(press(w, false));
}

static void
test_a_stem_may_be_too_long(void **state)
{
	static char text[COMPLETE_BYTES + 1], stem[COMPLETE_BYTES - 2];
	static const char *const names[] = { stem, NULL };
	struct world *w = *state;

	memset(text, 'a', sizeof(text));
	memset(stem, 'a', sizeof(stem));
	stem[sizeof(stem) - 1] = text[COMPLETE_BYTES] = '\0';
	w->names = names;
	becomes(w, text, NULL);
	text[COMPLETE_BYTES - 1] = '\0';
	becomes(w, text, NULL);
	/* as long as a candidate can be */
	text[COMPLETE_BYTES - 3] = '\0';
	put(w, text);
	assert_true(press(w, false));
	assert_int_equal(w->caret, COMPLETE_BYTES - 1);
}

/* With the ", " before it: of a name that is addressed, and one more. */
static void
test_a_stem_may_be_too_long_behind_a_name(void **state)
{
	char text[COMPLETE_BYTES + 16];
	static const char *const names[] = { "b", NULL };
	struct world *w = *state;
	size_t len;

	w->names = names;
	for (len = COMPLETE_BYTES - 4; len < COMPLETE_BYTES + 4; len++) {
		memset(text, 'a', sizeof(text));
		memcpy(text, "b: ", 3);
		text[3 + len] = '\0';
		becomes(w, text, NULL);
	}
}

/* There are no blanks in much of what is written. */
static void
test_an_emoji_in_a_long_word(void **state)
{
	char text[1500] = "", want[sizeof(text) + 16];
	struct world *w = *state;

	while (strlen(text) < 2 * COMPLETE_BYTES)
		strcat(text, "字");
	snprintf(want, sizeof(want), "%s（🚀|", text);
	strcat(text, "（:rocket|");
	becomes(w, text, want);
}

static void
test_characters_are_not_cut(void **state)
{
	struct world *w = *state;

	put(w, "中|");
	w->caret = 1;
	assert_false(press(w, false));
	w->caret = 2;
	assert_false(press(w, false));
	w->caret = 4;			/* behind the end */
	assert_false(press(w, false));
	becomes(w, "\xe4\xb8|", NULL);	/* half of one */
	becomes(w, "\xb8:smile|", NULL);
	becomes(w, "\x80\x80\x80\x80\x80:smile|", NULL);
}

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

static const char *const pieces[] = { "a", "al", "bo", "Bob", "alice", " ",
    " ", ": ", ", ", ":", "@", "/", "/set ", "/help ", "\n", "中", "中文", "s",
    ":smi", "(", "「", "\xe3\x80\x80", "e\xcc\x81", "🇨🇳", "no", "å", "\xff" };
enum { PIECES = sizeof(pieces) / sizeof(pieces[0]) };

/*
 * Whatever stands there: the rest of the text stays, the text stays UTF-8,
 * and as many steps back as forward show the same texts.
 */
static void
goes_there_and_back(struct world *w, uint32_t *r)
{
	enum { STEPS = 12 };
	static char seen[STEPS + 1][sizeof(w->text)];
	const char *tail = w->text + w->caret;
	size_t behind = strlen(tail), n = 0;
	bool good = text_valid(w->text, strlen(w->text));
	bool back = next_random(r) % 2 == 0;

	memcpy(seen[0], w->text, sizeof(seen[0]));
	while (n < STEPS && press(w, back)) {
		assert_string_equal(w->text + w->caret,
		    seen[0] + strlen(seen[0]) - behind);
		if (good)
			assert_true(text_valid(w->text, strlen(w->text)));
		assert_string_not_equal(w->text, seen[n]);
		memcpy(seen[++n], w->text, sizeof(seen[0]));
	}
	if (n < STEPS)			/* none, or a single one */
		assert_in_range(n, 0, 1);
	else
		while (n-- > 0) {
			assert_true(press(w, !back));
			assert_string_equal(w->text, seen[n]);
		}
}

static void
test_any_text_goes_round(void **state)
{
	struct world *w = *state;
	uint32_t r = 1;
	size_t len;
	int i, n;

	for (i = 0; i < 20000; i++) {
		w->text[0] = '\0';
		for (n = (int)(next_random(&r) % 7); n > 0; n--)
			strcat(w->text, pieces[next_random(&r) % PIECES]);
		len = strlen(w->text);
		w->caret = next_random(&r) % 3 != 0 ? len :
		    next_random(&r) % (len + 1);
		memset(&w->cycle, 0, sizeof(w->cycle));
		goes_there_and_back(w, &r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_a_name_at_the_start_is_addressed),
		T(test_a_name_elsewhere_is_a_word),
		T(test_a_mention),
		T(test_an_empty_line_is_for_the_latest_speaker),
		T(test_tab_goes_round_and_back),
		T(test_a_single_candidate_stays),
		T(test_another_change_begins_anew),
		T(test_addressing_several),
		T(test_commands),
		T(test_arguments_of_commands),
		T(test_what_narrows_a_search),
		T(test_emoji),
		T(test_the_list_may_change_meanwhile),
		T(test_commands_know_what_they_take),
		T(test_a_path_is_completed_blanks_and_all),
		T(test_the_candidates_are_listed),
		T(test_a_candidate_given_twice_is_no_trap),
		T(test_candidates_that_are_none),
		T(test_what_is_inserted_fits_exactly),
		T(test_a_stem_may_be_too_long),
		T(test_a_stem_may_be_too_long_behind_a_name),
		T(test_an_emoji_in_a_long_word),
		T(test_characters_are_not_cut),
		T(test_any_text_goes_round),
	};

	return tests_run(tests, NULL, NULL);
}
