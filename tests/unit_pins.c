/*
 * Whose keys names were: kept as they were, each key once, one for each name.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/receiver/pins.h"

#define KEY1 "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define KEY2 "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define KEY3 "AwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static struct pins pins;

static int
set_up(void **state)
{
	(void)state;
	pins_init(&pins);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	pins_clear(&pins);
	return 0;
}

static const uint8_t *
key(unsigned n)
{
	static uint8_t bytes[NOISE_KEY];

	memset(bytes, 0, sizeof(bytes));
	bytes[0] = (uint8_t)n;
	bytes[1] = (uint8_t)(n >> 8);
	bytes[31] = 7;
	return bytes;
}

static struct pin *
add(unsigned n, const char *name)
{
	struct pin *pin = pins_add(&pins, key(n), 1000 + n, 0);

	assert_non_null(pin);
	pins_call(&pins, pin, name, strlen(name));
	return pin;
}

/* Of a talk with our key of that number. */
static void
keep_log(struct pin *pin, unsigned own, int id)
{
	uint8_t log[PINS_LOG];

	assert_non_null(pin);
	memset(log, id, sizeof(log));
	pins_keep_log(pin, key(own), log);
}

static void
assert_same(const struct pin *a, const struct pin *b)
{
	size_t i;

	assert_memory_equal(a->key, b->key, NOISE_KEY);
	assert_int_equal(a->since_ms, b->since_ms);
	assert_int_equal(a->flags, b->flags);
	assert_int_equal(a->logs_n, b->logs_n);
	for (i = 0; i < a->logs_n; i++) {
		assert_int_equal(a->log[i].owned, b->log[i].owned);
		if (a->log[i].owned)
			assert_memory_equal(a->log[i].own, b->log[i].own,
			    NOISE_KEY);
		assert_memory_equal(a->log[i].id, b->log[i].id, PINS_LOG);
	}
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->name, b->name, a->len);
	assert_int_equal(a->former_n, b->former_n);
	for (i = 0; i < a->former_n; i++)
		assert_string_equal(a->former[i], b->former[i]);
}

static void
what_is_written_is_read_as_it_was(void **state)
{
	struct pins again;
	struct pin *pin;
	size_t len, i;
	char *text;

	(void)state;
	add(1, "bob")->flags |= PIN_VERIFIED;
	pin = add(2, "\xe5\xb0\x8f\xe6\x98\x8e");
	keep_log(pin, 90, 9);
	keep_log(pin, 91, 10);
	keep_log(pins_add(&pins, key(3), 0, 0), 90, 11);
	add(4, "Bob");
	pins_call(&pins, pins_of_key(&pins, key(4)), "robert", 6);
	pins_call(&pins, pins_of_key(&pins, key(4)), "rob", 3);
	text = pins_write(&pins, &len);
	assert_non_null(text);
	pins_init(&again);
	assert_true(pins_read(&again, text, len));
	assert_int_equal(again.n, 4);
	for (i = 0; i < 4; i++)
		assert_same(&again.pin[i], &pins.pin[i]);
	/* The last line was torn. */
	pins_clear(&again);
	assert_true(pins_read(&again, text, len - 1));
	assert_int_equal(again.n, 3);
	pins_clear(&again);
	free(text);
}

static void
a_name_has_one_key_and_a_key_one_name(void **state)
{
	(void)state;
	add(1, "bob");
	add(2, "BOB");
	assert_memory_equal(pins_of_name(&pins, "bob", 3)->key, key(2), 32);
	assert_int_equal(pins_of_key(&pins, key(1))->flags, PIN_OLD);
	/* It was called otherwise in between, and has its name again. */
	pins_call(&pins, pins_of_key(&pins, key(1)), "bob", 3);
	assert_memory_equal(pins_of_name(&pins, "bob", 3)->key, key(1), 32);
	assert_int_equal(pins_of_key(&pins, key(1))->flags, 0);
	pins_call(&pins, pins_of_key(&pins, key(1)), "robert", 6);
	assert_null(pins_of_key(&pins, key(3)));
	assert_null(pins_of_name(&pins, "", 0));
	pins_call(&pins, pins_of_key(&pins, key(1)), "no name", 7);
	assert_memory_equal(pins_of_name(&pins, "robert", 6)->key, key(1), 32);
}

/* Until the user says that it is somebody else's. */
static void
a_name_that_one_had_stays_his(void **state)
{
	static const char *const more[] = { "two", "three", "four", "five" };
	struct pin *pin;
	size_t i;

	(void)state;
	pin = add(1, "bob");
	for (i = 0; i < 4; i++)
		pins_call(&pins, pin, more[i], strlen(more[i]));
	assert_memory_equal(pins_of_name(&pins, "Bob", 3)->key, key(1), 32);
	assert_memory_equal(pins_of_name(&pins, "four", 4)->key, key(1), 32);
	pins_call(&pins, pin, "bob", 3);
	assert_int_equal(pin->len, 3);
	pins_call(&pins, pin, "five", 4);
	add(2, "bob");
	assert_memory_equal(pins_of_name(&pins, "bob", 3)->key, key(2), 32);
	pin = pins_of_key(&pins, key(1));
	assert_int_equal(pin->flags, 0);
	assert_int_equal(pin->len, 4);
}

static void
call_by_number(struct pin *pin, unsigned n)
{
	char name[16];

	snprintf(name, sizeof(name), "n%u", n);
	pins_call(&pins, pin, name, strlen(name));
}

static bool
is_his(const struct pin *pin, unsigned n)
{
	char name[16];

	snprintf(name, sizeof(name), "n%u", n);
	return pins_of_name(&pins, name, strlen(name)) == pin;
}

/* However many he had: and none of the first is ever anybody else's, nor one of
 * the last. */
/* Whom the user takes for him has what he was called before, too: it is as
 * little anybody else's as it was. */
static void
who_is_trusted_for_another_has_his_former_names(void **state)
{
	struct pin *pin;

	(void)state;
	pin = add(1, "bob");
	pins_call(&pins, pin, "rob", 3);
	pin = add(2, "rob");
	assert_int_equal(pins.pin[0].flags, PIN_OLD);
	assert_ptr_equal(pins_of_name(&pins, "rob", 3), pin);
	assert_ptr_equal(pins_of_name(&pins, "bob", 3), pin);
	/* Until he says otherwise again. */
	pin = add(3, "bob");
	assert_ptr_equal(pins_of_name(&pins, "bob", 3), pin);
	assert_int_equal(pins.pin[1].flags, 0);
}

static void
by_the_newest_name_he_is_always_known(void **state)
{
	enum { NAMES = 3 * PINS_FORMER };
	struct pin *pin = add(1, "bob");
	unsigned i;

	(void)state;
	for (i = 1; i < NAMES; i++) {
		call_by_number(pin, i);
		assert_true(is_his(pin, i));
		assert_memory_equal(pins_of_name(&pins, "bob", 3)->key, key(1),
		    NOISE_KEY);
	}
	assert_int_equal(pin->former_n, PINS_FORMER);
	for (i = 1; i < NAMES; i++)
		assert_int_equal(is_his(pin, i), i < PINS_FIRST ||
		    i >= NAMES - 1 - (PINS_FORMER - PINS_FIRST));
}

/* Nor where he takes the old one again in between: it is no newer by that. */
static void
a_name_that_he_takes_again_keeps_its_place(void **state)
{
	struct pin *pin = add(1, "bob");
	unsigned i;

	(void)state;
	for (i = 1; i < 3 * PINS_FORMER; i++) {
		call_by_number(pin, i);
		pins_call(&pins, pin, i % 2 == 0 ? "bob" : "n3", i % 2 == 0 ?
		    3 : 2);
	}
	call_by_number(pin, i);
	assert_true(pins_of_name(&pins, "bob", 3) == pin);
	assert_true(is_his(pin, 3));
	assert_true(is_his(pin, i));
}

/* What another program has, and what they both began with. */
static struct pins theirs, base;

static struct pin *
of(unsigned n)
{
	return pins_of_key(&theirs, key(n));
}

/* As the one has it now, so they both do. */
static void
begin_merge(void)
{
	size_t len;
	char *text = pins_write(&pins, &len);

	assert_non_null(text);
	pins_init(&theirs);
	pins_init(&base);
	assert_true(pins_read(&theirs, text, len));
	assert_true(pins_read(&base, text, len));
	free(text);
}

static void
merge(void)
{
	assert_true(pins_merge(&theirs, &base, &pins));
	pins_clear(&pins);
	pins = theirs;
	pins_clear(&base);
}

static bool
is_named(const char *name, unsigned n)
{
	const struct pin *pin = pins_of_name(&pins, name, strlen(name));

	return pin != NULL && pin == pins_of_key(&pins, key(n));
}

/* A name that is somebody's now is his, whoever had it before. */
static void
who_has_a_name_comes_before_who_had_it(void **state)
{
	struct pin *pin = add(1, "ann");

	(void)state;
	pins_call(&pins, pin, "bob", 3);
	add(2, "bob");		/* by the user's word */
	add(3, "ann");
	pins_call(&pins, pins_of_key(&pins, key(1)), "eve", 3);
	assert_memory_equal(pins_of_name(&pins, "ann", 3)->key, key(3),
	    NOISE_KEY);
	assert_memory_equal(pins_of_name(&pins, "bob", 3)->key, key(2),
	    NOISE_KEY);
	/* In the next run as well. */
	begin_merge();
	pins_clear(&pins);
	pins_clear(&base);
	pins = theirs;
	assert_true(is_named("ann", 3) && is_named("bob", 2));
	assert_int_equal(pins_of_key(&pins, key(3))->flags, 0);
}

/* What a program that has a place for four names makes of a line. */
static bool
is_line_of_before(const char *line, const char *end)
{
	unsigned blanks = 0;
	const char *at;

	for (at = line; at < end; at++)
		blanks += *at == ' ';
	return blanks <= 8 && strstr(line, " 8 - ") == NULL;
}

static void
many_names_are_read_as_they_were_also_by_programs_of_before(void **state)
{
	static const char nobodys[] = KEY1 " 1 8 - eve\n";
	struct pin *pin = add(1, "bob");
	struct pins again;
	unsigned i, lines = 0;
	char *text, *at, *end;
	size_t len;

	(void)state;
	for (i = 1; i < 3 * PINS_FORMER; i++)
		call_by_number(pin, i);
	add(2, "ann");
	text = pins_write(&pins, &len);
	assert_non_null(text);
	pins_init(&again);
	assert_true(pins_read(&again, text, len));
	assert_int_equal(again.n, 2);
	for (i = 0; i < 2; i++)
		assert_same(&again.pin[i], &pins.pin[i]);
	for (at = text; at < text + len; at = end + 1) {
		end = memchr(at, '\n', (size_t)(text + len - at));
		assert_non_null(end);
		*end = '\0';
		assert_in_range(end - at, 1, PINS_LINE);
		lines += is_line_of_before(at, end);
	}
	assert_int_equal(lines, 2);
	pins_clear(&again);
	free(text);
	/* Of somebody who is not there they are nobody's. */
	pins_init(&again);
	assert_true(pins_read(&again, nobodys, strlen(nobodys)));
	assert_int_equal(again.n, 0);
	pins_clear(&again);
}

static void
assert_log(unsigned n, unsigned own, int id)
{
	const struct pin *pin = pins_of_key(&pins, key(n));
	const struct pin_log *l = pins_log(pin, key(own));

	if (id == 0) {
		assert_null(l);
		return;
	}
	assert_non_null(l);
	assert_int_equal(l->id[0], id);
	assert_int_equal(l->id[PINS_LOG - 1], id);
}

/* With another key of ours a talk is another. */
static void
a_log_is_of_two_keys(void **state)
{
	struct pin *pin = add(1, "bob");
	unsigned i;

	(void)state;
	assert_log(1, 90, 0);
	keep_log(pin, 90, 9);
	assert_log(1, 90, 9);
	assert_log(1, 91, 0);
	keep_log(pin, 91, 10);
	assert_log(1, 90, 9);
	assert_log(1, 91, 10);
	keep_log(pin, 90, 11);
	assert_int_equal(pin->logs_n, 2);
	assert_log(1, 90, 11);
	assert_log(1, 91, 10);
	for (i = 0; i < PINS_LOGS; i++)
		keep_log(pin, 100 + i, (int)(20 + i));
	assert_log(1, 90, 0);
	assert_log(1, 91, 0);
	for (i = 0; i < PINS_LOGS; i++)
		assert_log(1, 100 + i, (int)(20 + i));
}

#define LOG9 "CQkJCQkJCQkJCQkJCQkJCQ"

/* Under which of our keys it was, a program of before has not written; that is
 * known as soon as it is that again. */
static void
a_log_of_before_is_of_any_key(void **state)
{
	static const char before[] = KEY1 " 1 0 " LOG9 " bob\n";
	struct pin *pin;
	size_t len;
	char *text;

	(void)state;
	assert_true(pins_read(&pins, before, strlen(before)));
	pin = &pins.pin[0];
	assert_int_equal(pin->logs_n, 1);
	assert_false(pins_log(pin, key(90))->owned);
	assert_int_equal(pins_log(pin, key(91))->id[0], 9);
	text = pins_write(&pins, &len);
	assert_non_null(text);
	assert_int_equal(len, strlen(before));
	assert_memory_equal(text, before, len);
	free(text);
	keep_log(pin, 90, 9);
	assert_null(pins_log(pin, key(91)));
	/* Which it reads of what is written now. */
	text = pins_write(&pins, &len);
	assert_non_null(text);
	assert_true(len > strlen(before));
	assert_memory_equal(text, before, strlen(before));
	assert_memory_equal(text + strlen(before), KEY1 " 1 16 " LOG9 " ",
	    strlen(KEY1 " 1 16 " LOG9 " "));
	free(text);
}

static void
what_two_programs_know_is_known(void **state)
{
	struct pin *pin;

	(void)state;
	add(1, "ann");
	add(2, "bob");
	begin_merge();
	/* The one: */
	pins_call(&pins, pins_of_key(&pins, key(1)), "anna", 4);
	pins_of_key(&pins, key(2))->flags |= PIN_VERIFIED;
	keep_log(add(3, "carl"), 90, 3);
	/* and the other. */
	keep_log(of(1), 90, 1);
	of(1)->flags |= PIN_VERIFIED;
	pins_call(&theirs, of(2), "rob", 3);
	pin = pins_add(&theirs, key(4), 5, 0);
	pins_call(&theirs, pin, "dan", 3);
	merge();
	assert_int_equal(pins.n, 4);
	assert_true(is_named("anna", 1) && is_named("ann", 1));
	assert_true(is_named("rob", 2) && is_named("bob", 2));
	assert_true(is_named("carl", 3) && is_named("dan", 4));
	assert_int_equal(pins_of_key(&pins, key(1))->flags, PIN_VERIFIED);
	assert_int_equal(pins_of_key(&pins, key(2))->flags, PIN_VERIFIED);
	assert_log(1, 90, 1);
	assert_log(3, 90, 3);
}

/* Whom the user trusts is so, whatever the other program did with either. */
static void
what_is_trusted_in_one_program_is_so_in_both(void **state)
{
	(void)state;
	add(2, "eve");
	add(1, "bob");
	begin_merge();
	pins_call(&pins, pins_of_key(&pins, key(2)), "bob", 3);
	keep_log(of(1), 90, 1);
	merge();
	assert_true(is_named("bob", 2) && is_named("eve", 2));
	assert_int_equal(pins_of_key(&pins, key(1))->flags, PIN_OLD);
	assert_log(1, 90, 1);
}

/* What the other program has given away by the user's word is not taken back by
 * this one's having had it. */
static void
what_is_given_in_one_program_is_not_held_by_the_other(void **state)
{
	(void)state;
	add(1, "bob");
	begin_merge();
	pins_call(&pins, pins_of_key(&pins, key(1)), "rob", 3);
	pins_call(&theirs, pins_add(&theirs, key(2), 5, 0), "bob", 3);
	merge();
	assert_true(is_named("bob", 2));
	begin_merge();
	pins_clear(&pins);
	pins_clear(&base);
	pins = theirs;
	assert_true(is_named("bob", 2));
	assert_int_equal(pins_of_key(&pins, key(2))->flags, 0);
}

/* Two keys by one name, at once: the one that is written first has it. */
static void
of_two_who_got_a_name_at_once_one_has_it(void **state)
{
	struct pin *pin;

	(void)state;
	add(1, "ann");
	begin_merge();
	add(2, "bob");
	pins_call(&pins, pins_of_key(&pins, key(1)), "carl", 4);
	pin = pins_add(&theirs, key(3), 5, 0);
	pins_call(&theirs, pin, "bob", 3);
	pin = pins_add(&theirs, key(4), 5, 0);
	pins_call(&theirs, pin, "carl", 4);
	merge();
	assert_true(is_named("bob", 3) && is_named("carl", 4));
	assert_int_equal(pins_of_key(&pins, key(2))->flags, PIN_OLD);
	assert_true(is_named("ann", 1));
	assert_int_equal(pins_of_key(&pins, key(1))->flags, 0);
}

static void
who_is_a_stranger_in_both_is_one(void **state)
{
	struct pin *pin;
	unsigned i;

	(void)state;
	begin_merge();
	for (i = 1; i < 4; i++) {
		pin = pins_add(&pins, key(i), 5, i == 2 ? 0 : PIN_STRANGER);
		pins_call(&pins, pin, "ann", 3);
		if (i == 3)
			continue;
		pin = pins_add(&theirs, key(i), 5, PIN_STRANGER);
		pins_call(&theirs, pin, "ann", 3);
	}
	merge();
	assert_int_equal(pins.n, 3);
	assert_true(is_named("ann", 2));
	assert_int_equal(pins_of_key(&pins, key(1))->flags, PIN_STRANGER);
	assert_int_equal(pins_of_key(&pins, key(3))->flags, PIN_STRANGER);
}

/* Of a server that two programs met at once each has a file, and what is in the
 * one comes behind the other. */
static void
who_is_known_in_one_of_two_files_is_known(void **state)
{
	static const char text[] =
	    KEY1 " 5 4 " LOG9 " bob\n"
	    KEY2 " 5 4 - ann\n"
	    KEY3 " 5 0 - eve\n"
	    "\n"
	    KEY1 " 4 1 " LOG9 " bob rob\n"
	    KEY2 " 4 0 - eve\n"
	    KEY3 " 4 5 - ann\n";

	(void)state;
	assert_true(pins_read(&pins, text, strlen(text)));
	assert_int_equal(pins.n, 3);
	assert_int_equal(pins.pin[0].flags, PIN_VERIFIED);
	assert_ptr_equal(pins_of_name(&pins, "bob", 3), &pins.pin[0]);
	assert_ptr_equal(pins_of_name(&pins, "rob", 3), &pins.pin[0]);
	assert_int_equal(pins.pin[0].logs_n, 1);
	/* The first has the name. */
	assert_ptr_equal(pins_of_name(&pins, "eve", 3), &pins.pin[2]);
	assert_int_equal(pins.pin[1].flags, PIN_OLD);
	assert_int_equal(pins.pin[2].flags, 0);
}

/* A name of one who was not by it never was his: it is nobody's word but the
 * server's that he is called by another one now. */
static void
who_comes_back_by_another_name_had_not_the_one_of_before(void **state)
{
	(void)state;
	add(1, "bob");
	add(2, "eve");
	/* The user: bob has another key. */
	pins_call(&pins, pins_of_key(&pins, key(2)), "bob", 3);
	begin_merge();
	/* The server: the key of before is carl's. And another program. */
	pins_call(&pins, pins_of_key(&pins, key(1)), "carl", 4);
	keep_log(of(2), 90, 1);
	merge();
	assert_true(is_named("carl", 1) && is_named("bob", 2));
	/* Nor is bob that one when he is called by another name. */
	pins_call(&pins, pins_of_key(&pins, key(2)), "robert", 6);
	assert_true(is_named("bob", 2) && is_named("robert", 2));
}

static void
a_stranger_who_is_answered_had_no_name_of_somebody_else(void **state)
{
	struct pin *pin;

	(void)state;
	pin = pins_add(&pins, key(1), 5, PIN_STRANGER);
	pins_call(&pins, pin, "bob", 3);
	add(2, "bob");
	begin_merge();
	pin = pins_of_key(&pins, key(1));
	pin->flags = 0;
	pin->len = 0;
	pins_call(&pins, pin, "carl", 4);
	keep_log(of(2), 90, 1);
	merge();
	pins_call(&pins, pins_of_key(&pins, key(2)), "robert", 6);
	assert_true(is_named("bob", 2) && is_named("carl", 1));
}

/* Nor the names of even before, where they are somebody else's by now. */
static void
who_comes_back_leaves_names_to_who_has_them(void **state)
{
	(void)state;
	add(1, "rob");
	pins_call(&pins, pins_of_key(&pins, key(1)), "bob", 3);
	add(2, "eve");
	pins_call(&pins, pins_of_key(&pins, key(2)), "bob", 3);
	pins_call(&pins, pins_of_key(&pins, key(2)), "rob", 3);
	pins_call(&pins, pins_of_key(&pins, key(2)), "robert", 6);
	assert_true(is_named("rob", 2) && is_named("bob", 2));
	pins_call(&pins, pins_of_key(&pins, key(1)), "carl", 4);
	assert_true(is_named("carl", 1));
	assert_true(is_named("rob", 2) && is_named("bob", 2));
}

/* Who only wrote has no name for good, but had that one. */
static void
whose_name_a_strangers_was_is_remembered(void **state)
{
	struct pin *pin, *other;
	char name[16], *text;
	size_t len;
	unsigned i;

	(void)state;
	pin = pins_add(&pins, key(1), 5, PIN_STRANGER);
	pins_call(&pins, pin, "danny", 5);
	assert_null(pins_of_name(&pins, "danny", 5));
	assert_null(pins_met(&pins, "danny", 5, key(1)));
	assert_null(pins_met(&pins, "danny", 5, NULL));
	assert_ptr_equal(pins_met(&pins, "Danny", 5, key(2)), pin);
	pins_call(&pins, pin, "dan", 3);
	text = pins_write(&pins, &len);
	pins_clear(&pins);
	assert_true(pins_read(&pins, text, len));
	free(text);
	pin = pins_of_key(&pins, key(1));
	assert_ptr_equal(pins_met(&pins, "danny", 5, key(2)), pin);
	/* However many he takes. */
	for (i = 0; i < 2 * PINS_FORMER; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		pins_call(&pins, pin, name, strlen(name));
	}
	assert_int_equal(pin->former_n, PINS_MET);
	assert_ptr_equal(pins_met(&pins, "danny", 5, key(2)), pin);
	assert_ptr_equal(pins_met(&pins, "n126", 4, key(2)), pin);
	assert_null(pins_met(&pins, "n100", 4, key(2)));
	/* But who is trusted by it has it, also once he has an answer. */
	other = add(2, "danny");
	pin = pins_of_key(&pins, key(1));
	assert_ptr_equal(pins_met(&pins, "danny", 5, key(3)), other);
	pins_know(&pins, pin);
	assert_int_equal(pin->flags, 0);
	assert_ptr_equal(pins_of_name(&pins, "danny", 5), other);
	assert_ptr_equal(pins_of_name(&pins, "n126", 4), pin);
	pins_call(&pins, other, "dave", 4);
	assert_ptr_equal(pins_of_name(&pins, "danny", 5), other);
}

static void
what_is_no_line_is_left_out(void **state)
{
	static const char *const bad[] = {
		"", KEY1, KEY1 " 1", KEY1 " 1 0", KEY1 " 1 0 -",
		KEY1 " 1 0 - ", KEY1 " 1 0 - no  name",
		KEY1 " 1 0 - - name", KEY1 " 1 0 - a b c d e f", KEY1 " 1 0 - ~dan",
		KEY1 " 1 8 - bob", KEY1 " 1 9 - bob",
		KEY1 " 1 16 - bob", KEY1 " 1 17 " LOG9 " bob", KEY1 " x 0 - bob", KEY1 " -1 0 - bob",
		KEY1 " 99999999999999999 0 - bob", KEY1 " 1 0 AAAA bob",
		"x" KEY1 " 1 0 - bob", KEY1 "  1 0 - bob", KEY1 " 1 0 - bob ",
		"AQ 1 0 - bob"
	};
	char line[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(line, sizeof(line), "%s\n", bad[i]);
		assert_true(pins_read(&pins, line, strlen(line)));
		if (pins.n > 0)
			fail_msg("%s", line);
	}
	/* Of two of a key or a name the first counts. */
	snprintf(line, sizeof(line), "%s", KEY1 " 1 0 - bob\n"
	    KEY1 " 2 1 - ann\n");
	assert_true(pins_read(&pins, line, strlen(line)));
	assert_int_equal(pins.n, 1);
	snprintf(line, sizeof(line), "BB%s 1 0 - bob\n", &KEY1[2]);
	assert_true(pins_read(&pins, line, strlen(line)));
	assert_int_equal(pins.n, 2);
	assert_int_equal(pins.pin[1].flags, PIN_OLD);
}

static void
of_too_many_the_oldest_that_is_not_verified_goes(void **state)
{
	char name[16];
	unsigned i;

	(void)state;
	for (i = 0; i < PINS_MAX; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		add(i, name)->flags |= i < 2 ? PIN_VERIFIED : 0;
	}
	add(PINS_MAX, "last");
	assert_int_equal(pins.n, PINS_MAX);
	assert_non_null(pins_of_key(&pins, key(0)));
	assert_non_null(pins_of_key(&pins, key(1)));
	assert_null(pins_of_key(&pins, key(2)));
	assert_non_null(pins_of_key(&pins, key(3)));
	assert_non_null(pins_of_name(&pins, "last", 4));
}

/* A server can make up any number of them, and call them as it likes. */
static void
strangers_drive_out_nobody_but_strangers(void **state)
{
	struct pin *pin;
	unsigned i;

	(void)state;
	add(1, "bob");
	for (i = 2; i < 2 * PINS_MAX; i++) {
		pin = pins_add(&pins, key(i), 0, PIN_STRANGER);
		pins_call(&pins, pin, "bob", 3);
	}
	assert_int_equal(pins.n, 1 + PINS_STRANGERS);
	assert_memory_equal(pins_of_name(&pins, "bob", 3)->key, key(1), 32);
	assert_int_equal(pins_of_key(&pins, key(1))->flags, 0);
	assert_null(pins_of_key(&pins, key(2)));
	assert_non_null(pins_of_key(&pins, key(2 * PINS_MAX - 1)));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_is_read_as_it_was),
		TEST(a_name_has_one_key_and_a_key_one_name),
		TEST(a_name_that_one_had_stays_his),
		TEST(who_is_trusted_for_another_has_his_former_names),
		TEST(by_the_newest_name_he_is_always_known),
		TEST(a_name_that_he_takes_again_keeps_its_place),
		TEST(who_has_a_name_comes_before_who_had_it),
		TEST(many_names_are_read_as_they_were_also_by_programs_of_before),
		TEST(whose_name_a_strangers_was_is_remembered),
		TEST(a_log_is_of_two_keys),
		TEST(a_log_of_before_is_of_any_key),
		TEST(what_two_programs_know_is_known),
		TEST(what_is_trusted_in_one_program_is_so_in_both),
		TEST(what_is_given_in_one_program_is_not_held_by_the_other),
		TEST(of_two_who_got_a_name_at_once_one_has_it),
		TEST(who_is_a_stranger_in_both_is_one),
		TEST(who_is_known_in_one_of_two_files_is_known),
		TEST(who_comes_back_by_another_name_had_not_the_one_of_before),
		TEST(a_stranger_who_is_answered_had_no_name_of_somebody_else),
		TEST(who_comes_back_leaves_names_to_who_has_them),
		TEST(what_is_no_line_is_left_out),
		TEST(strangers_drive_out_nobody_but_strangers),
		TEST(of_too_many_the_oldest_that_is_not_verified_goes),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
