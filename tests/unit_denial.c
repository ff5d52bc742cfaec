/*
 * What is said when the room will not have us: the sentence, clean, and the
 * exit status, or that the user may go on.
 */
#include <stdlib.h>
#include <string.h>

#include "common/refusal.h"
#include "tests/with_cmocka.h"
#include "tui/session/denial.h"
#include "tui/shared/record.h"

static const struct denial_user ann = { .name = "ann", .server = "lab",
	.known_hosts = "/home/ann/known_hosts" };

static struct record
denied(enum record_denial denial, const char *text)
{
	return (struct record){ .type = RECORD_DENIED, .denial = denial,
	    .text = text, .text_len = strlen(text) };
}

static void
says(enum record_denial denial, const char *text, int status, const char *want)
{
	struct record r = denied(denial, text);
	char why[512];

	assert_int_equal(denial_status(&r, &ann, why, sizeof(why)), status);
	assert_string_equal(why, want);
}

static void
a_room_that_refuses_is_told_from_trouble(void **state)
{
	(void)state;
	says(RECORD_FULL, "", DENIAL_REFUSED, "the room at lab is full");
	says(RECORD_KICKED, "banned", DENIAL_REFUSED,
	    "banned from the room at lab");
	says(RECORD_KICKED, "kicked", DENIAL_REFUSED, "put out of the room");
	says(RECORD_KICKED, "rekeyed SHA256:x", DENIAL_REKEYED, "another key "
	    "has taken the place of yours at lab, which is out for good: "
	    "SHA256:x");
	says(RECORD_KICKED, "rekeyed", DENIAL_REFUSED, "put out of the room: "
	    "rekeyed");
	says(RECORD_NO_HEIR, "", DENIAL_REFUSED, "lab lets no other key take "
	    "the place of yours");
	says(RECORD_KICKED, "spam", DENIAL_REFUSED,
	    "put out of the room: spam");
	says(RECORD_REPLACED, "", EXIT_FAILURE,
	    "ann joined from elsewhere; this one has left");
	says(RECORD_REPLACED, "replaced", EXIT_FAILURE,
	    "ann joined from elsewhere; this one has left");
	says(RECORD_REPLACED, "ended", EXIT_FAILURE,
	    "ann has ended this one by another device");
}

/* By the name that the user knows, not by the key that it is asked for by. */
static void
who_is_not_to_be_talked_with_is_named(void **state)
{
	static const struct { enum record_denial why; const char *says; }
	    all[] = {
		{ RECORD_NO_TALK, "bob takes no talk with you" },
		{ RECORD_NO_TALKS, "this server has no talks: bob cannot be "
		    "reached" },
		{ RECORD_QUOTA, "too many others have not answered you yet: "
		    "bob is one too many" },
		{ RECORD_NO_ROOM, "there is no room @bob at lab" },
	};
	struct denial_user user = ann;
	struct record r;
	char why[512];
	size_t i;

	(void)state;
	user.room = "@bob";
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		r = denied(all[i].why,
		    "@0123456789012345678901234567890123456789bob");
		assert_int_equal(denial_status(&r, &user, why, sizeof(why)),
		    DENIAL_REFUSED);
		assert_string_equal(why, all[i].says);
	}
}

/* Where there are several it says which. */
static void
says_of_ops(enum record_denial denial, const char *text, const char *want)
{
	const struct denial_user user = { .name = "ann", .server = "lab",
	    .known_hosts = "known_hosts", .room = "ops" };
	struct record r = denied(denial, text);
	char why[512];

	assert_int_equal(denial_status(&r, &user, why, sizeof(why)),
	    DENIAL_REFUSED);
	assert_string_equal(why, want);
}

static void
one_of_several_rooms_is_named(void **state)
{
	(void)state;
	says_of_ops(RECORD_CLOSED, "SHA256:x", "the room ops is closed; its "
	    "operator can let you in, if you send them your key: SHA256:x");
	says_of_ops(RECORD_FULL, "", "the room ops is full");
	says_of_ops(RECORD_FULL, "crowded", "too many are in the room ops "
	    "from your address; when one of them has left there is a place");
	says_of_ops(RECORD_KICKED, "banned", "banned from the room ops");
	says_of_ops(RECORD_KICKED, "spam", "put out of the room: spam");
}

static void
a_changed_key_names_the_file_that_remembers(void **state)
{
	struct record r = denied(RECORD_HOST_CHANGED, "");
	char why[512];

	(void)state;
	assert_int_equal(denial_status(&r, &ann, why, sizeof(why)),
	    DENIAL_REFUSED);
	assert_non_null(strstr(why, "chat-tui --forget lab takes it out of "
	    "/home/ann/known_hosts."));
	r = denied(RECORD_NO_PASSPHRASE, "");
	assert_int_equal(denial_status(&r, &ann, why, sizeof(why)),
	    DENIAL_REFUSED);
	assert_non_null(strstr(why, "#passphrase out of "
	    "/home/ann/known_hosts."));
	r = denied(RECORD_HOST_UNSURE, "");
	assert_int_equal(denial_status(&r, &ann, why, sizeof(why)),
	    EXIT_FAILURE);
	assert_non_null(strstr(why, "/home/ann/known_hosts cannot be read"));
}

static void
a_talk_that_has_no_room_now_may_have_some_later(void **state)
{
	struct record r = denied(RECORD_QUOTA, "@bob");
	char why[512];

	(void)state;
	r.wait_ms = 24 * 3600 * 1000;
	assert_int_equal(denial_status(&r, &ann, why, sizeof(why)),
	    DENIAL_REFUSED);
	assert_string_equal(why, "lab begins no more talks now: try again "
	    "later");
	says(RECORD_QUOTA, "ops", DENIAL_REFUSED, "ops is one room too many");
}

static void
who_can_answer_or_wait_goes_on(void **state)
{
	static const enum record_denial on[] = { RECORD_TAKEN, RECORD_OWNED,
		RECORD_MALFORMED, RECORD_SILENT, RECORD_UNREACHABLE,
		RECORD_WANTS_PASSPHRASE, RECORD_WRONG_PASSPHRASE };
	struct record r;
	char why[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(on) / sizeof(on[0]); i++) {
		r = denied(on[i], "ann");
		assert_int_equal(denial_status(&r, &ann, why, sizeof(why)),
		    -1);
	}
}

static void
nothing_of_the_servers_moves_the_cursor(void **state)
{
	(void)state;
	says(RECORD_KICKED, "a\033[2Jb\a", DENIAL_REFUSED,
	    "put out of the room: a[2Jb");
}

static void
a_sentence_that_does_not_fit_is_cut(void **state)
{
	struct record r = denied(RECORD_FULL, "");
	char why[8];

	(void)state;
	assert_int_equal(denial_status(&r, &ann, why, sizeof(why)),
	    DENIAL_REFUSED);
	assert_string_equal(why, "the roo");
}

static void
a_rule_says_what_is_wrong_with_a_name(void **state)
{
	struct record r = denied(RECORD_MALFORMED, "аnn");
	char why[256];

	(void)state;
	assert_false(denial_rule(&r, why, sizeof(why)));
	r.flags = REFUSAL_MIXED;
	assert_true(denial_rule(&r, why, sizeof(why)));
	assert_string_equal(why, "it mixes letters of several scripts");
	r.flags = REFUSAL_ALIKE;
	assert_true(denial_rule(&r, why, sizeof(why)));
	assert_string_equal(why, "it looks like somebody else's");
	r.entry.text = "ann";
	r.entry.text_len = 3;
	assert_true(denial_rule(&r, why, sizeof(why)));
	assert_string_equal(why, "it looks like ann, who was here first");
	r.flags = REFUSAL_LAST + 1;
	assert_false(denial_rule(&r, why, sizeof(why)));
}

static void
what_is_set_aside_is_said_where_it_is(void **state)
{
	struct record r = { .type = RECORD_ASIDE, .text = "/x/y\n",
	    .text_len = 5 };
	char text[256];

	(void)state;
	denial_aside(&r, text, sizeof(text));
	assert_string_equal(text, "The server's log is not the one that was "
	    "kept here; what was kept is set aside: /x/y");
}

static void
what_is_damaged_is_said_where_it_is(void **state)
{
	struct record r = { .type = RECORD_DAMAGED, .text = "/x/outbox",
	    .text_len = 9 };
	char text[256];

	(void)state;
	denial_damaged(&r, text, sizeof(text));
	assert_string_equal(text, "A part of /x/outbox cannot be read: a line "
	    "that waited there is lost.");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_room_that_refuses_is_told_from_trouble),
		cmocka_unit_test(who_is_not_to_be_talked_with_is_named),
		cmocka_unit_test(one_of_several_rooms_is_named),
		cmocka_unit_test(a_changed_key_names_the_file_that_remembers),
		cmocka_unit_test(
		    a_talk_that_has_no_room_now_may_have_some_later),
		cmocka_unit_test(who_can_answer_or_wait_goes_on),
		cmocka_unit_test(nothing_of_the_servers_moves_the_cursor),
		cmocka_unit_test(a_sentence_that_does_not_fit_is_cut),
		cmocka_unit_test(a_rule_says_what_is_wrong_with_a_name),
		cmocka_unit_test(what_is_set_aside_is_said_where_it_is),
		cmocka_unit_test(what_is_damaged_is_said_where_it_is),
	};

	return tests_run(tests, NULL, NULL);
}
