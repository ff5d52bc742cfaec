/*
 * Whom a request of the operator means, and how the answer calls him.
 */
#include "server/whom.h"

#include <locale.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/fingerprint.h"
#include "server/hub.h"
#include "server/operator.h"
#include "server/reply.h"
#include "tests/with_cmocka.h"
#include "tests/with_members.h"

#define KEY	"SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static struct den d;
static struct operator o;
static struct reply r;
static struct whom w;

static int
set_up(void **state)
{
	(void)state;
	den_open(&d, 0);
	o = (struct operator){ .hub = d.hub, .log = d.log, .bans = d.bans,
	    .now_ms = d.now_ms, .wall_ms = d.now_ms };
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	free(r.text);
	memset(&r, 0, sizeof(r));
	den_close(&d);
	return 0;
}

/* What was answered since. */
static void
said(const char *what)
{
	reply_bytes(&r, "", 1);
	assert_string_equal(r.text, what);
	r.len = 0;
}

static bool
says_no(const char *kind)
{
	bool is = r.len > 8 && memcmp(r.text, kind, 7) == 0 &&
	    r.text[r.len - 1] == '\n';

	r.len = 0;
	return is;
}

/* No server would take that. */
static bool
misused(void)
{
	return says_no("usage: ");
}

static bool
splits(const char *arg)
{
	return whom_split(&w, arg, &r);
}

static void
who_ends_at_the_space(void **state)
{
	(void)state;
	assert_true(splits("bob"));
	assert_string_equal(w.who, "bob");
	assert_false(w.more);
	assert_true(splits("~bob 2h too loud"));
	assert_string_equal(w.who, "~bob");
	assert_string_equal(whom_name(&w), "bob");
	assert_true(w.more);
	assert_string_equal(w.rest, "2h too loud");
	assert_true(splits("192.0.2.1"));
	assert_null(whom_name(&w));
	assert_true(splits(KEY " x"));
	assert_null(whom_name(&w));
	assert_false(splits(""));
	assert_true(misused());
	assert_false(splits(" bob"));
	assert_true(misused());
}

/* A slip in a key shall not be a name that nobody has. */
static void
what_looks_like_a_key_must_be_one(void **state)
{
	(void)state;
	assert_false(splits("SHA256:AAAA"));
	assert_true(misused());
	assert_false(splits(KEY "A"));
	assert_true(misused());
	assert_true(splits("sha256:AAAA"));
}

static void
a_time_may_stand_behind(void **state)
{
	int64_t until = 7;

	(void)state;
	assert_true(splits("bob") && whom_until(&o, &w, &until, &r));
	assert_true(until == 0);
	assert_true(splits("bob 2h") && whom_until(&o, &w, &until, &r));
	assert_true(until == d.now_ms + 2 * 3600 * 1000);
	assert_true(splits("bob 0s"));
	assert_false(whom_until(&o, &w, &until, &r));
	assert_true(misused());
	assert_true(splits("bob soon"));
	assert_false(whom_until(&o, &w, &until, &r));
	assert_true(misused());
}

static void
a_reason_is_cleaned_and_has_an_end(void **state)
{
	char clean[FRAME_REASON_BYTES + 1], longest[FRAME_REASON_BYTES + 2];
	size_t len;

	(void)state;
	assert_true(whom_reason("too\x07 loud", clean, &len, &r));
	assert_string_equal(clean, "too loud");
	assert_int_equal(len, 8);
	memset(longest, 'x', sizeof(longest));
	longest[FRAME_REASON_BYTES + 1] = '\0';
	assert_false(whom_reason(longest, clean, &len, &r));
	assert_true(misused());
	longest[FRAME_REASON_BYTES] = '\0';
	assert_true(whom_reason(longest, clean, &len, &r));
	assert_false(whom_reason("\xff", clean, &len, &r));
	assert_true(misused());
}

static void
he_is_found_by_name_and_by_key(void **state)
{
	struct guest *bob = den_guest(&d, "Bob", "192.0.2.1");
	char key[FINGERPRINT_TEXT];
	struct hub_person who;

	(void)state;
	assert_true(den_enter(&d, bob));
	fingerprint_text(key, bob->key.public);
	assert_true(splits("bob") && whom_person(&o, &w, &who, &r));
	assert_string_equal(who.fingerprint, key);
	whom_put(&r, &w, &who);
	reply_printf(&r, "|%s", key);
	assert_memory_equal(r.text, "Bob (key SHA256:", 16);
	r.len = 0;
	assert_true(splits(key) && whom_person(&o, &w, &who, &r));
	assert_memory_equal(who.name, "Bob", 3);
	whom_respell(&o, &w);
	assert_true(splits("bOB"));
	whom_respell(&o, &w);
	assert_string_equal(w.who, "Bob");
	/* A key may be anybody's. */
	assert_true(splits(KEY) && whom_person(&o, &w, &who, &r));
	whom_put(&r, &w, &who);
	said("key " KEY);
	assert_true(splits("eve"));
	assert_false(whom_person(&o, &w, &who, &r));
	assert_true(says_no("error: "));
}

static void
who_is_called_otherwise_now_is_told_with_both(void **state)
{
	struct guest *bob = den_guest(&d, "bob", "192.0.2.1");
	struct hub_person who;

	(void)state;
	assert_true(den_enter(&d, bob) && den_line(&d, bob, "x") &&
	    den_rename(&d, bob, "robert"));
	assert_true(splits("bob") && whom_person(&o, &w, &who, &r));
	assert_memory_equal(who.name, "robert", 6);
	whom_put(&r, &w, &who);
	assert_memory_equal(r.text, "robert, who was bob (key ", 25);
	r.len = 0;
}

static void
who_nobody_verified_is_marked(void **state)
{
	struct hub_person who;

	(void)state;
	den_classic(&d, "192.0.2.1", 7, "L dan");
	assert_true(splits("~dan") && whom_person(&o, &w, &who, &r));
	whom_put(&r, &w, &who);
	said("~dan");
}

static void
an_end_is_told(void **state)
{
	(void)state;
	whom_put_until(&r, 0);
	said(" for ever\n");
	whom_put_until(&r, 86400 * 1000);
	said(" until 1970-01-02T00:00:00Z\n");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(who_ends_at_the_space),
		TEST(what_looks_like_a_key_must_be_one),
		TEST(a_time_may_stand_behind),
		TEST(a_reason_is_cleaned_and_has_an_end),
		TEST(he_is_found_by_name_and_by_key),
		TEST(who_is_called_otherwise_now_is_told_with_both),
		TEST(who_nobody_verified_is_marked),
		TEST(an_end_is_told),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return sodium_init() == -1 ? 1 : tests_run(tests, NULL, NULL);
}
