/*
 * Servers that are not the one they should be, against a real link: nothing is
 * said to them, and nothing that they say makes it work or grow without end.
 */
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/frame_put.h"
#include "common/hello.h"
#include "common/journal.h"
#include "common/keys.h"
#include "common/wire.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tests/with_rogue.h"
#include "tui/session/denial.h"
#include "tui/shared/record.h"

static struct rogue rogue;

static int
set_up(void **state)
{
	(void)state;
	rogue_start(&rogue);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	rogue_end(&rogue);
	return 0;
}

/* In, with a line said and taken by the true server. */
static void
join(void)
{
	rogue_link(&rogue);
	assert_true(rogue_run(&rogue, 1000));
	assert_int_equal(rogue.state.phase, RECORD_ONLINE);
}

/* Nothing may come of it but silence: for minutes, whatever is tried. */
static void
assert_silent(void)
{
	unsigned sent = rogue.sent;

	rogue_post(&rogue, "a third");
	link_wake(rogue.link, rogue.now);
	link_unreachable(rogue.link, rogue.now);
	assert_true(rogue_run(&rogue, 300 * 1000));
	link_login(rogue.link, rogue.now, "alice", 5);
	link_passphrase(rogue.link, rogue.now, "open", 4);
	assert_true(rogue_run(&rogue, 60 * 1000));
	link_leave(rogue.link, rogue.now);
	assert_true(rogue_run(&rogue, 5000));
	assert_true(link_left(rogue.link));
	assert_int_equal(rogue.sent, sent);
}

/* It waits for no answer, but says it no third time before one is due. */
static void
where_many_are_lost_a_line_goes_twice(void **state)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));
	unsigned posts, i;

	(void)state;
	join();
	posts = rogue.posts;
	rogue_post(&rogue, "one");
	assert_true(rogue_run(&rogue, 40));
	assert_int_equal(rogue.posts, posts + 1);
	frame_put_posted(&out, (uint64_t)2 + posts, 1);
	for (i = 0; i < 10; i++) {
		rogue.seal.next++;
		rogue_say(&rogue, frames, out.len);
	}
	assert_true(rogue_run(&rogue, 1000));
	posts = rogue.posts;
	rogue_post(&rogue, "two");
	assert_true(rogue_run(&rogue, 10));
	assert_int_equal(rogue.posts, posts + 1);
	assert_true(rogue_run(&rogue, 10));
	assert_int_equal(rogue.posts, posts + 2);
	assert_true(rogue_run(&rogue, 25));
	assert_int_equal(rogue.posts, posts + 2);
}

/* Nothing is lost that a word less than a round trip ago may have told. */
static void
where_many_are_lost_a_short_way_is_told_soon(void **state)
{
	unsigned sent, i;

	(void)state;
	rogue.head.seq = 1;
	join();
	for (i = 0; i < 10; i++) {
		rogue.seal.next++;
		rogue_say_entries(&rogue, 1, 1);
	}
	sent = rogue.sent;
	for (i = 1; i <= 4; i++) {
		rogue_say_entry(&rogue, 1 + i);
		assert_true(rogue_run(&rogue, 5));
		assert_int_equal(rogue.sent, sent + i);
		assert_true(rogue_run(&rogue, 20));
		assert_int_equal(rogue.sent, sent + i);
	}
}

/* The log grew between the handshake and the welcome, by our coming at least:
 * who ends once all is here has that, too. */
static void
what_the_welcome_counts_is_waited_for(void **state)
{
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)state;
	rogue.mute = true;
	rogue_link(&rogue);
	assert_true(rogue_run(&rogue, 100));
	rogue.mute = false;
	rogue_put_head(&rogue, &out, 1);
	rogue.head.seq = 1;
	rogue_put_head(&rogue, &out, 1);
	rogue_say_once(&rogue, frames, out.len);
	assert_int_equal(rogue.told[RECORD_WELCOME], 1);
	assert_int_equal(rogue.told[RECORD_CAUGHT_UP], 0);
	rogue_say_entries(&rogue, 1, 1);
	assert_int_equal(rogue.told[RECORD_CAUGHT_UP], 1);
	/* What is said from then on is nobody's to wait for. */
	rogue_say_entries(&rogue, 2, 3);
	assert_int_equal(rogue.told[RECORD_CAUGHT_UP], 1);
}

static const char *refusal;

static void
say_full(struct rogue *r, struct frame *f)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)f;
	frame_put_error(&out, FRAME_ROOM_FULL, 0, 0, refusal, strlen(refusal));
	rogue_say_once(r, frames, out.len);
}

/* What the person is told who is turned away by that. */
static const char *
turned_away(const char *by)
{
	static const struct denial_user ann = { "ann", "host", "known_hosts",
	    NULL };
	static char why[256];
	struct record r = { .type = RECORD_DENIED, .text = rogue.text };

	refusal = by;
	rogue_start(&rogue);
	rogue.hear = say_full;
	rogue_link(&rogue);
	rogue_run(&rogue, 2000);
	r.denial = rogue.denial;
	r.text_len = strlen(rogue.text);
	assert_int_equal(denial_status(&r, &ann, why, sizeof(why)),
	    DENIAL_REFUSED);
	rogue_end(&rogue);
	return why;
}

static void
one_too_many_of_an_address_is_told_from_a_full_room(void **state)
{
	(void)state;
	assert_string_equal(turned_away(""), "the room at host is full");
	assert_string_equal(turned_away("of a later server"),
	    "the room at host is full");
	assert_non_null(strstr(turned_away("crowded"), "your address"));
}

static void
another_key_on_the_address_gets_nothing_ever(void **state)
{
	(void)state;
	join();
	/* The true server is gone; two lines wait; an impostor is there. */
	rogue.deaf = true;
	rogue_post(&rogue, "secret one");
	rogue_post(&rogue, "secret two");
	assert_true(rogue_run(&rogue, 2000));
	rogue.deaf = rogue.live = false;
	keys_make(&rogue.key);
	assert_true(rogue_run(&rogue, 2000));
	assert_int_equal(rogue.denial, RECORD_HOST_CHANGED);
	assert_int_equal(rogue.visits, 1);
	assert_silent();
	assert_int_equal(rogue.visits, 1);
	assert_int_equal(rogue.posts + rogue.leaves, 0);
	assert_int_equal(rogue.state.pending, 3);
}

/* Even the true one: what came between may still be there. */
static void
who_was_changed_once_is_not_believed_again(void **state)
{
	struct noise_keypair true_key;

	(void)state;
	join();
	true_key = rogue.key;
	rogue.live = false;
	keys_make(&rogue.key);
	rogue_post(&rogue, "secret");
	assert_true(rogue_run(&rogue, 2000));
	assert_int_equal(rogue.denial, RECORD_HOST_CHANGED);
	rogue.key = true_key;
	assert_silent();
	assert_int_equal(rogue.posts, 0);
}

/* It leaves, to somebody else: the leave is what must not bring the lines. */
static void
leaving_says_nothing_to_another_key(void **state)
{
	(void)state;
	join();
	rogue.deaf = true;
	rogue_post(&rogue, "secret");
	assert_true(rogue_run(&rogue, 3000));
	rogue.deaf = rogue.live = false;
	keys_make(&rogue.key);
	link_leave(rogue.link, rogue.now);
	assert_true(rogue_run(&rogue, 5000));
	assert_true(link_left(rogue.link));
	assert_int_equal(rogue.visits, 1);
	assert_int_equal(rogue.posts + rogue.leaves, 0);
}

static void
a_key_that_cannot_be_looked_up_is_final_too(void **state)
{
	(void)state;
	rogue.trust = LINK_UNSURE;
	rogue_link(&rogue);
	rogue_post(&rogue, "secret");
	assert_true(rogue_run(&rogue, 1000));
	assert_int_equal(rogue.denial, RECORD_HOST_UNSURE);
	rogue.trust = LINK_NEW;
	assert_silent();
	assert_int_equal(rogue.visits, 0);
}

static void
wants_passphrase(const char *passphrase)
{
	rogue.has_psk = true;
	hello_psk(rogue.psk, passphrase, strlen(passphrase),
	    rogue.key.public, rogue.room, strlen(rogue.room));
}

static void
a_passphrase_that_was_given_is_not_left_out(void **state)
{
	(void)state;
	rogue.config.passphrase = "open sesame";
	rogue_link(&rogue);
	rogue_post(&rogue, "secret");
	assert_true(rogue_run(&rogue, 2000));
	assert_int_equal(rogue.denial, RECORD_NEVER_PASSPHRASE);
	assert_int_equal(rogue.remembered, 0);
	assert_silent();
	assert_int_equal(rogue.visits, 0);
}

static void
nor_one_that_was_typed_and_was_wrong(void **state)
{
	(void)state;
	wants_passphrase("another");
	rogue_link(&rogue);
	assert_true(rogue_run(&rogue, 2000));
	assert_int_equal(rogue.denial, RECORD_WANTS_PASSPHRASE);
	link_passphrase(rogue.link, rogue.now, "guess", 5);
	assert_true(rogue_run(&rogue, 2000));
	assert_int_equal(rogue.denial, RECORD_WRONG_PASSPHRASE);
	/* The same key, and no question: the person did give one. */
	rogue.has_psk = false;
	link_login(rogue.link, rogue.now, "alice", 5);
	assert_true(rogue_run(&rogue, 2000));
	assert_int_equal(rogue.denial, RECORD_NEVER_PASSPHRASE);
	assert_silent();
}

/* While one was in: till then it is a RESET or two, which anybody may forge. */
static void
a_passphrase_that_was_changed_is_asked_for(void **state)
{
	(void)state;
	wants_passphrase("open sesame");
	rogue.config.passphrase = "open sesame";
	join();
	wants_passphrase("another");
	rogue.live = false;
	assert_true(rogue_run(&rogue, 60 * 1000));
	rogue_post(&rogue, "hello");
	assert_true(rogue_run(&rogue, 60 * 1000));
	assert_int_equal(rogue.denial, RECORD_WRONG_PASSPHRASE);
	link_passphrase(rogue.link, rogue.now, "another", 7);
	assert_true(rogue_run(&rogue, 2000));
	assert_int_equal(rogue.state.phase, RECORD_ONLINE);
	/* Who answers is waiting for it. */
	assert_int_equal(rogue.told[RECORD_WELCOME], 2);
}

static void
a_room_that_wanted_a_passphrase_goes_on_to_want_one(void **state)
{
	(void)state;
	wants_passphrase("open sesame");
	rogue.config.passphrase = "open sesame";
	join();
	assert_int_equal(rogue.remembered, 1);
	assert_true(rogue.knows_psk);
	rogue_end(&rogue);
	/* Another run, by somebody who would be asked. */
	rogue.config.passphrase = NULL;
	rogue.has_psk = rogue.live = false;
	rogue.visits = 0;
	rogue_link(&rogue);
	rogue_post(&rogue, "secret");
	assert_true(rogue_run(&rogue, 2000));
	assert_int_equal(rogue.denial, RECORD_NO_PASSPHRASE);
	assert_silent();
	assert_int_equal(rogue.visits, 0);
}

/* A guess can be tried on what he has of it, but he is not believed later. */
static void
a_key_is_remembered_when_the_passphrase_was_proved(void **state)
{
	struct noise_keypair impostor;

	(void)state;
	rogue.config.passphrase = "open sesame";
	wants_passphrase("not that");
	impostor = rogue.key;
	rogue_link(&rogue);
	assert_true(rogue_run(&rogue, 2000));
	assert_int_equal(rogue.denial, RECORD_WRONG_PASSPHRASE);
	assert_int_equal(rogue.remembered, 0);
	rogue_end(&rogue);
	keys_make(&rogue.key);
	wants_passphrase("open sesame");
	join();
	assert_int_equal(rogue.remembered, 1);
	assert_memory_not_equal(rogue.known, impostor.public, NOISE_KEY);
}

/* A server that never says anything has proved nothing either. */
static void
a_key_is_remembered_with_the_first_sealed_word(void **state)
{
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)state;
	rogue.mute = true;
	rogue_link(&rogue);
	assert_true(rogue_run(&rogue, 100));
	assert_true(rogue.visits > 0);
	assert_int_equal(rogue.remembered, 0);
	rogue_put_head(&rogue, &out, 1);
	rogue_say(&rogue, frames, out.len);
	assert_int_equal(rogue.remembered, 1);
	assert_false(rogue.knows_psk);
}

/* Its key is salted with the name: another name is another key. */
static void
a_room_that_was_renamed_lets_in_who_has_the_passphrase(void **state)
{
	(void)state;
	rogue.config.passphrase = "open sesame";
	wants_passphrase("open sesame");
	join();
	rogue.room = "lair";
	rogue.live = false;
	wants_passphrase("open sesame");
	rogue_post(&rogue, "hello");
	assert_true(rogue_run(&rogue, 10 * 1000));
	assert_true(rogue.posts > 0);
	assert_int_equal(rogue.state.phase, RECORD_ONLINE);
}

/*
 * What a server may say once it is believed
 */

enum { BUSY = 400 };	/* datagrams of the link in 30 s, at most */

static const uint64_t extremes[] = { 0, 1, 4096, UINT32_MAX,
    (uint64_t)1 << 40, (uint64_t)1 << 62, INT64_MAX,
    (uint64_t)INT64_MAX + 1, UINT64_MAX - 1, UINT64_MAX };
enum { EXTREMES = sizeof(extremes) / sizeof(extremes[0]) };

static void
say_head(void)
{
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));

	rogue_put_head(&rogue, &out, 1);
	rogue_say(&rogue, frames, out.len);
}

/* It still answers, did little, and would say what the person says. */
static void
assert_sane(unsigned sent_before)
{
	unsigned posts, i;

	assert_true(rogue_run(&rogue, 30 * 1000));
	assert_in_range(rogue.sent - sent_before, 0, BUSY);
	posts = rogue.posts;
	rogue_post(&rogue, "hello");
	/* To a HEAD of an earlier term it goes back, and is told again. */
	for (i = 0; i < 2 && rogue.posts == posts; i++) {
		rogue.head.seq = link_have(rogue.link, 0);
		say_head();
		assert_true(rogue_run(&rogue, 5000));
	}
	assert_true(rogue.posts > posts);
	assert_int_equal(rogue.denial, 0);
}

static void
put_extreme(struct wire_out *out, int kind, uint64_t a, uint64_t b)
{
	struct frame_position at = rogue.head;
	uint8_t chain[FRAME_CHAIN] = { 9 };
	struct entry e = { .seq = a, .kind = ENTRY_SAY, .id = b,
	    .author = "mallory", .author_len = 7, .text = "x",
	    .text_len = 1 };
	size_t begun;

	at.seq = a;
	at.term = b;
	switch (kind) {
	case 0:
		begun = frame_begin(out, FRAME_HEAD);
		frame_put_position(out, &at);
		wire_put_bytes(out, chain, sizeof(chain));
		wire_put_varint(out, b);
		frame_end(out, begun);
		break;
	case 1:
		begun = frame_begin(out, FRAME_ENTRIES);
		frame_put_position(out, &at);
		wire_put_varint(out, 1);
		entry_encode(out, &e);
		frame_end(out, begun);
		break;
	case 2:
		frame_put_posted(out, a, b);
		break;
	case 3:
		begun = frame_begin(out, FRAME_MEMBERS);
		wire_put_varint(out, b);
		wire_put_varint(out, b);
		wire_put_varint(out, a);
		wire_put_varint(out, 0);
		wire_put_varint(out, 0);
		frame_end(out, begun);
		break;
	case 4:
		frame_put_error(out, FRAME_REWIND, a, b, NULL, 0);
		break;
	case 5:		/* from where it is */
		frame_put_error(out, FRAME_REWIND, a, link_have(rogue.link, 0),
		    NULL, 0);
		break;
	case 6:
		frame_put_person(out, a, 0, NULL, &(struct frame_member){
		    FRAME_MEMBER_SELF, "alice", 5 });
		break;
	case 7:
		frame_put_error(out, FRAME_LIMIT_RATE, b, 0, NULL, 0);
		break;
	case 8:
		e.kind = ENTRY_START;
		e.seq = link_have(rogue.link, 0) + 1;
		e.id = a;
		begun = frame_begin(out, FRAME_ENTRIES);
		frame_put_position(out, &rogue.head);
		wire_put_varint(out, 1);
		entry_encode(out, &e);
		frame_end(out, begun);
		break;
	}
}

static void
no_number_makes_it_work_without_end(void **state)
{
	uint8_t frames[512];
	struct wire_out out;
	unsigned sent;
	int kind, i, k;

	for (kind = 0; kind <= 8; kind++)
		for (i = 0; i < EXTREMES; i++)
			for (k = 0; k < EXTREMES; k += 3) {
				tear_down(state);
				set_up(state);
				join();
				rogue_say_entries(&rogue, 1, 3);
				out = wire_out(frames, sizeof(frames));
				put_extreme(&out, kind, extremes[i],
				    extremes[k]);
				assert_false(out.failed);
				sent = rogue.sent;
				rogue_say(&rogue, frames, out.len);
				assert_sane(sent);
			}
}

/* What had come already is not sent again: it was said to be there. */
static void
a_copy_that_differs_costs_nothing_of_what_is_held(void **state)
{
	uint8_t frames[512];
	struct wire_out out = wire_out(frames, sizeof(frames));
	uint64_t have;

	(void)state;
	join();
	rogue_say_entries(&rogue, 1, 3);
	have = link_have(rogue.link, 0);
	rogue_say_entries(&rogue, have + 2, have + 3);
	assert_true(rogue_run(&rogue, 1000));
	link_verify(rogue.link, rogue.now, 0);
	put_extreme(&out, 0, have, rogue.head.term);
	rogue_say(&rogue, frames, out.len);
	assert_int_equal(rogue.told[RECORD_VERIFIED], 1);
	rogue_say_entries(&rogue, have + 1, have + 1);
	assert_true(rogue_run(&rogue, 1000));
	assert_int_equal(link_have(rogue.link, 0), have + 3);
}

/* The head and the term of the handshake itself. */
static void
nor_does_a_number_of_the_handshake(void **state)
{
	unsigned i;

	for (i = 0; i < EXTREMES; i++) {
		tear_down(state);
		set_up(state);
		rogue.config.only_new = i % 2 == 0;
		rogue.head.seq = rogue.head.term = extremes[i];
		rogue_link(&rogue);
		assert_true(rogue_run(&rogue, 30 * 1000));
		assert_in_range(rogue.sent, 1, BUSY);
	}
}

/* Every question about the members is answered, and there are ever more. */
static void
answer_members(struct rogue *r, struct frame *f)
{
	uint8_t frames[1100];
	struct wire_out out = wire_out(frames, sizeof(frames));
	char name[16];
	size_t begun, i;

	if (f->type != FRAME_READ || f->seq != 0)
		return;
	begun = frame_begin(&out, FRAME_MEMBERS);
	wire_put_varint(&out, r->head.seq);
	wire_put_varint(&out, 1);
	wire_put_varint(&out, r->total != 0 ? r->total : f->count + 40);
	wire_put_varint(&out, f->count);
	wire_put_varint(&out, 20);
	for (i = 0; i < 20; i++) {
		wire_put_u8(&out, 0);
		wire_put_string(&out, name, (size_t)snprintf(name,
		    sizeof(name), "m%llu", (unsigned long long)f->count + i));
	}
	frame_end(&out, begun);
	rogue_say_once(r, frames, out.len);
}

static void
a_list_of_members_has_an_end(void **state)
{
	static const uint64_t totals[] = { 0, INT64_MAX, LINK_PEOPLE + 1 };
	unsigned i;

	for (i = 0; i < 3; i++) {
		tear_down(state);
		set_up(state);
		rogue.hear = answer_members;
		rogue.total = totals[i];
		rogue_link(&rogue);
		assert_true(rogue_run(&rogue, 60 * 1000));
		assert_in_range(rogue.reads, 1, LINK_PEOPLE / 20 + 100);
		assert_in_range(rogue.state.people, 0, LINK_PEOPLE);
	}
}

/* Who only ever comes. */
static void
joins_without_end_fill_no_memory(void **state)
{
	uint8_t frames[1100];
	struct wire_out out;
	struct entry e = { .kind = ENTRY_JOIN };
	char name[16];
	size_t begun;
	int i;

	(void)state;
	rogue.hear = answer_members;
	rogue.total = 20;
	join();
	for (e.seq = 1; e.seq < LINK_PEOPLE + 3000; ) {
		out = wire_out(frames, sizeof(frames));
		rogue.head.seq = e.seq + 19;
		begun = frame_begin(&out, FRAME_ENTRIES);
		frame_put_position(&out, &rogue.head);
		wire_put_varint(&out, 20);
		for (i = 0; i < 20; i++, e.seq++) {
			e.author = name;
			e.author_len = (size_t)snprintf(name, sizeof(name),
			    "j%llu", (unsigned long long)e.seq);
			entry_encode(&out, &e);
		}
		frame_end(&out, begun);
		rogue_say(&rogue, frames, out.len);
	}
	assert_true(rogue_run(&rogue, 5000));
	assert_true(link_have(rogue.link, 0) >= LINK_PEOPLE + 2999);
	assert_in_range(rogue.state.people, LINK_PEOPLE, LINK_PEOPLE + 20);
}

/* Has it the entry of somebody of that name who comes? */
static bool
takes_who_comes_as(void **state, const char *name)
{
	uint8_t frames[1100];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct entry e = { .seq = 1, .kind = ENTRY_JOIN, .author = name,
	    .author_len = strlen(name) };
	size_t begun;

	tear_down(state);
	set_up(state);
	join();
	rogue.head.seq = 1;
	begun = frame_begin(&out, FRAME_ENTRIES);
	frame_put_position(&out, &rogue.head);
	wire_put_varint(&out, 1);
	entry_encode(&out, &e);
	frame_end(&out, begun);
	rogue_say(&rogue, frames, out.len);
	assert_true(rogue_run(&rogue, 1000));
	return link_have(rogue.link, 0) == 1;
}

/* The server's tables are a year newer than the client's: a name has a letter
 * that is new there (Unicode 15.1, Chinese names, or one of none so far), and
 * it is good. */
static void
a_letter_of_next_year_in_a_name_shuts_nobody_out(void **state)
{
	assert_true(takes_who_comes_as(state, "\xe4\xb8\x80"));
	assert_true(takes_who_comes_as(state, "\xf0\xae\xaf\xb0"));
	assert_true(takes_who_comes_as(state, "bob\u0378"));
	assert_false(takes_who_comes_as(state, "bob\uffff"));
}

/* Blank by these tables (U+180F since Unicode 14), and a letter by those of the
 * server who let it in: it is in the log, for all. */
static void
a_line_that_is_blank_here_alone_is_taken(void **state)
{
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct entry e = { .seq = 1, .time_ms = 1, .kind = ENTRY_SAY,
	    .author = "mallory", .author_len = 7, .text = "\xe1\xa0\x8f",
	    .text_len = 3 };
	size_t begun;

	(void)state;
	join();
	rogue.head.seq = 1;
	begun = frame_begin(&out, FRAME_ENTRIES);
	frame_put_position(&out, &rogue.head);
	wire_put_varint(&out, 1);
	entry_encode(&out, &e);
	frame_end(&out, begun);
	rogue_say(&rogue, frames, out.len);
	assert_true(rogue_run(&rogue, 1000));
	assert_int_equal(link_have(rogue.link, 0), 1);
}

static void
note_text(struct rogue *r, const struct record *record)
{
	(void)r;
	if (record->type == RECORD_ENTRY || record->type == RECORD_OLDER) {
		assert_int_equal(record->entry.text_len, 0);
		assert_int_equal(entry_role(record->entry.flags),
		    RECORD_UNREADABLE);
	}
}

/* Bytes that mean something to a terminal, in a room, where nobody has a key:
 * the line has its place, and no words; also of what is older. */
static void
what_is_sealed_in_a_room_is_a_line_without_words(void **state)
{
	static const char bytes[] = "\33]52;c;01234567890123456789\a";
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct entry e = { .seq = 1, .time_ms = 1, .kind = ENTRY_SAY,
	    .flags = ENTRY_SEALED << ENTRY_ROLE_SHIFT, .author = "mallory",
	    .author_len = 7, .text = bytes, .text_len = sizeof(bytes) - 1 };
	size_t begun;

	(void)state;
	rogue.tell = note_text;
	join();
	rogue.head.seq = 1;
	begun = frame_begin(&out, FRAME_ENTRIES);
	frame_put_position(&out, &rogue.head);
	wire_put_varint(&out, 1);
	entry_encode(&out, &e);
	frame_end(&out, begun);
	rogue_say(&rogue, frames, out.len);
	assert_true(rogue_run(&rogue, 1000));
	assert_int_equal(link_have(rogue.link, 0), 1);
	assert_int_equal(rogue.told[RECORD_ENTRY], 1);
	link_read(rogue.link, rogue.now, 0, 2, 1);
	rogue_say(&rogue, frames, out.len);
	assert_true(rogue_run(&rogue, 1000));
	assert_int_equal(rogue.told[RECORD_OLDER], 1);
}

/* A datagram full of them. */
static void
a_datagram_of_pings_is_answered_once(void **state)
{
	uint8_t frames[1100], bytes[FRAME_PING_BYTES] = { 0 };
	struct wire_out out = wire_out(frames, sizeof(frames));
	unsigned sent;

	(void)state;
	join();
	while (out.len < 1000) {
		bytes[0]++;
		frame_put_ping(&out, FRAME_PING, bytes);
	}
	sent = rogue.sent;
	rogue_say_once(&rogue, frames, out.len);
	assert_int_equal(rogue.sent, sent + 1);
}

/* Not after the while that is usual. */
static void
who_is_prompted_acknowledges_at_once(void **state)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));
	unsigned sent;

	(void)state;
	join();
	assert_true(rogue_run(&rogue, 5000));
	sent = rogue.sent;
	frame_put_prompt(&out);
	frame_put_prompt(&out);
	rogue_say_once(&rogue, frames, out.len);
	assert_true(rogue_run(&rogue, 1));
	assert_int_equal(rogue.sent, sent + 1);
}

static void
say_posted(struct rogue *r, struct frame *f)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_post p;

	/* Of any outbox that it names: beyond what it ever said. */
	if (f->type != FRAME_POST || !frame_next_post(f, &p))
		return;
	frame_put_posted(&out, p.id + 1000, 1);
	rogue_say_once(r, frames, out.len);
}

static void
say_no_space(struct rogue *r, struct frame *f)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)f;
	frame_put_error(&out, FRAME_NO_SPACE, 0, 0, NULL, 0);
	rogue_say_once(r, frames, out.len);
}

static void
say_leave(struct rogue *r, struct frame *f)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)f;
	frame_put_leave(&out, NULL, 0);
	rogue_say_once(r, frames, out.len);
}

/* However it is turned away, it knocks a few times a second at most. */
static void
no_server_makes_it_shake_hands_without_end(void **state)
{
	static void (*const say[])(struct rogue *, struct frame *) = {
	    say_posted, say_no_space, say_leave, NULL };
	unsigned i;

	for (i = 0; i < 4; i++) {
		tear_down(state);
		set_up(state);
		rogue.hear = say[i];
		rogue.resets = say[i] == NULL;
		rogue.mute = say[i] == say_no_space;
		rogue_link(&rogue);
		rogue_post(&rogue, "hello");
		assert_true(rogue_run(&rogue, 30 * 1000));
		assert_in_range(rogue.hellos, 1, 150);
	}
}

/* A cookie of another version, and ever new ones, draw nothing at once. */
static void
cookies_that_are_none_of_ours_draw_nothing(void **state)
{
	uint8_t datagram[HELLO_DATAGRAM], cookie[HELLO_COOKIE] = { 1 };
	size_t len;
	unsigned i, sent;

	(void)state;
	rogue.busy = true;
	rogue_link(&rogue);
	assert_true(rogue_run(&rogue, 0));
	sent = rogue.sent;
	len = hello_put_cookie(datagram, rogue.client, cookie);
	datagram[1] = HELLO_VERSION + 1;
	link_input(rogue.link, rogue.now, datagram, len);
	assert_int_equal(rogue.sent, sent);
	datagram[1] = HELLO_VERSION;
	link_input(rogue.link, rogue.now, datagram, len);
	assert_int_equal(rogue.sent, sent + 1);
	for (i = 0; i < 100; i++) {
		cookie[0]++;
		len = hello_put_cookie(datagram, rogue.client, cookie);
		link_input(rogue.link, rogue.now, datagram, len);
	}
	assert_in_range(rogue.sent - sent, 1, 4);
	rogue.busy = false;
	assert_true(rogue_run(&rogue, 3000));
	assert_int_equal(rogue.state.phase, RECORD_ONLINE);
}

/*
 * New keys
 */

/* Says a line under keys of before; whether it was taken. */
static bool
opens(struct seal *old)
{
	struct seal now = rogue.seal;
	uint64_t have = link_have(rogue.link, 0);

	rogue.seal = *old;
	rogue_say_entries(&rogue, have + 1, have + 1);
	*old = rogue.seal;
	rogue.seal = now;
	return link_have(rogue.link, 0) > have;
}

static void
old_keys_open_nothing_once_there_are_new_ones(void **state)
{
	struct seal old;

	(void)state;
	join();
	old = rogue.seal;
	rogue_say_entries(&rogue, 1, 1);
	old = rogue.seal;
	assert_true(opens(&old));
	rogue.seal = old;
	assert_true(rogue_run(&rogue, 7 * 60 * 1000));
	assert_int_equal(rogue.visits, 2);
	assert_int_equal(rogue.state.phase, RECORD_ONLINE);
	assert_false(opens(&old));
	rogue.head.seq = link_have(rogue.link, 0);
	rogue_say_entries(&rogue, link_have(rogue.link, 0) + 1,
	    link_have(rogue.link, 0) + 1);
	assert_int_equal(rogue.told[RECORD_NEW_HOST], 0);
	assert_int_equal(rogue.denial, 0);
}

static void
keys_of_a_server_that_is_away_are_wiped(void **state)
{
	struct seal old;

	(void)state;
	join();
	old = rogue.seal;
	rogue.deaf = true;
	assert_true(rogue_run(&rogue, 50 * 60 * 1000));
	assert_true(opens(&old));
	assert_true(rogue_run(&rogue, 61 * 60 * 1000));
	assert_false(opens(&old));
	/* It comes back by a handshake, by itself. */
	rogue.deaf = rogue.live = false;
	rogue.head.seq = link_have(rogue.link, 0);
	assert_true(rogue_run(&rogue, 5000));
	assert_int_equal(rogue.state.phase, RECORD_ONLINE);
}

/* Under attack, perhaps: what there is goes on, and little is asked. */
static void
a_server_without_time_for_new_keys_is_left_alone(void **state)
{
	(void)state;
	join();
	rogue.busy = true;
	assert_true(rogue_run(&rogue, 2 * 3600 * 1000));
	assert_int_equal(rogue.state.phase, RECORD_ONLINE);
	assert_in_range(rogue.hellos, 10, 9 * 2 * 60);
	rogue.busy = false;
	assert_true(rogue_run(&rogue, 120 * 1000));
	assert_int_equal(rogue.visits, 2);
}

/* The title has the way there and back: whose measure was lost on it is
 * measured anew, though all else is well. */
static void
a_round_trip_that_was_lost_is_measured_soon(void **state)
{
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)state;
	rogue.mute = true;
	rogue_link(&rogue);
	assert_true(rogue_run(&rogue, 100));
	rogue_put_head(&rogue, &out, 1);
	rogue_say(&rogue, frames, out.len);
	assert_int_equal(rogue.state.phase, RECORD_ONLINE);
	assert_int_equal(rogue.pings, 1);
	rogue_say(&rogue, frames, out.len);
	assert_int_equal(rogue.state.rtt_ms, -1);
	rogue.mute = false;
	assert_true(rogue_run(&rogue, 5000));
	assert_true(rogue.state.rtt_ms >= 0);
}

/* Whoever only listens in between answers each HELLO before the server does:
 * what is alive and sealed goes on, with the old keys. */
static void
who_is_faster_than_the_server_ends_no_session(void **state)
{
	struct noise_keypair true_key;

	(void)state;
	join();
	true_key = rogue.key;
	keys_make(&rogue.key);
	assert_true(rogue_run(&rogue, 3600 * 1000));
	assert_true(rogue.hellos > 2);
	assert_int_equal(rogue.state.phase, RECORD_ONLINE);
	assert_int_equal(rogue.denial, 0);
	assert_int_equal(rogue.visits, 1);
	rogue.key = true_key;
	assert_true(rogue_run(&rogue, 120 * 1000));
	assert_int_equal(rogue.visits, 2);
	assert_int_equal(rogue.state.phase, RECORD_ONLINE);
}

/* The same, who says first that the session is unknown: nobody vouches for
 * that, and the true server is still there. */
static void
nor_does_a_forged_reset_before_that(void **state)
{
	uint8_t reset[HELLO_DATAGRAM], echo[HELLO_ECHO] = { SEAL_TYPE };
	uint32_t index;
	size_t len;

	(void)state;
	join();
	index = rogue.seal.here;
	echo[1] = (uint8_t)(index >> 24);
	echo[2] = (uint8_t)(index >> 16);
	echo[3] = (uint8_t)(index >> 8);
	echo[4] = (uint8_t)index;
	len = hello_put_reset(reset, index, echo);
	keys_make(&rogue.key);
	link_input(rogue.link, rogue.now, reset, len);
	assert_true(rogue_run(&rogue, 2000));
	assert_true(rogue.hellos > 1);
	assert_int_equal(rogue.denial, 0);
	assert_int_equal(rogue.state.phase, RECORD_ONLINE);
}

/*
 * The copy on the disk
 */

static struct memdisk *mem;
static struct disk disk;

static int
set_up_disk(void **state)
{
	set_up(state);
	mem = memdisk_new();
	disk = memdisk_disk(mem);
	disk.make_dir(disk.arg, "/c");
	rogue.config.place.disk = &disk;
	rogue.config.place.dir = "/c";
	return 0;
}

static int
tear_down_disk(void **state)
{
	tear_down(state);
	memdisk_free(mem);
	return 0;
}

/* Entries first to last stand in the log that was set aside there, if it is
 * made a journal again. */
static void
assert_aside(const char *aside, uint64_t first, uint64_t last)
{
	char path[128];
	struct journal_why why;
	struct journal *j;
	const char *name = strrchr(aside, '/') + 1;

	disk.make_dir(disk.arg, "/again");
	snprintf(path, sizeof(path), "/again/%.32s", name);
	assert_int_equal(disk.rename(disk.arg, aside, path), 0);
	j = journal_open(&disk, "/again", JOURNAL_SEGMENT_BYTES, &why);
	assert_non_null(j);
	assert_int_equal(journal_first(j), first);
	assert_int_equal(journal_last(j), last);
	journal_close(j);
	assert_int_equal(disk.rename(disk.arg, path, aside), 0);
}

/* Joins with entries 1 to 5, which are stored. */
static void
join_and_store(void)
{
	join();
	rogue_say_entries(&rogue, 1, 5);
	assert_int_equal(link_have(rogue.link, 0), 5);
}

/* Shakes hands again, with a log of that id which is empty. */
static void
another_log(uint8_t id)
{
	memset(rogue.head.log_id, id, FRAME_LOG_ID);
	rogue.head.seq = 0;
	rogue.live = false;
	link_wake(rogue.link, rogue.now);
	assert_true(rogue_run(&rogue, 2000));
	assert_int_equal(rogue.state.phase, RECORD_ONLINE);
	say_head();
}

static void
another_log_sets_the_copy_aside_and_says_so(void **state)
{
	char aside[ROGUE_TEXT];

	(void)state;
	join_and_store();
	another_log(8);
	assert_int_equal(rogue.told[RECORD_ASIDE], 1);
	strlcpy(aside, rogue.text, sizeof(aside));
	assert_aside(aside, 1, 5);
	/* It goes on with the new one, which is stored too. */
	rogue_say_entries(&rogue, 1, 3);
	rogue_end(&rogue);
	rogue_link(&rogue);
	assert_true(rogue_run(&rogue, 1000));
	assert_int_equal(link_have(rogue.link, 0), 3);
	assert_int_equal(rogue.told[RECORD_ASIDE], 1);
	assert_aside(aside, 1, 5);
}

/* A server cannot push it out by ever new ones. */
static void
no_number_of_logs_pushes_the_copy_out(void **state)
{
	uint8_t id;

	(void)state;
	join_and_store();
	for (id = 10; id < 40; id++) {
		another_log(id);
		rogue_say_entries(&rogue, 1, 2);
	}
	assert_int_equal(rogue.told[RECORD_ASIDE], 2);
	assert_aside("/c/07070707070707070707070707070707.old2", 1, 5);
	assert_aside("/c/0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a.old1", 1, 2);
	assert_int_equal(link_have(rogue.link, 0), 2);
}

static void
say_rewind(uint64_t keep, uint64_t from)
{
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_error(&out, FRAME_REWIND, keep, from, NULL, 0);
	rogue_say(&rogue, frames, out.len);
}

/* Nor does a HEAD, but where the copy was never said to be the room's. */
static void
nothing_is_taken_back_by_a_head_of_an_earlier_term(void **state)
{
	uint64_t have;

	(void)state;
	join_and_store();
	have = link_have(rogue.link, 0);
	rogue.head.term--;
	rogue.head.seq = have;
	say_head();
	assert_true(rogue_run(&rogue, 5000));
	assert_int_equal(link_have(rogue.link, 0), have);
	assert_int_equal(rogue.told[RECORD_REWIND], 0);
}

/* Who saw it go is not told twice. */
/* It was asked before it had read all of its log, and knows of its own term
 * since. */
static void
a_server_that_learnt_its_term_late_may_go_back(void **state)
{
	(void)state;
	join_and_store();
	rogue.head.term = 2;
	rogue.head.seq = 9;
	say_head();
	say_rewind(3, 5);
	assert_int_equal(link_have(rogue.link, 0), 3);
	assert_int_equal(rogue.told[RECORD_REWIND], 1);
}

static void
what_a_rewind_cuts_is_set_aside(void **state)
{
	(void)state;
	join_and_store();
	rogue.head.term = 2;		/* of another run, which lost some */
	rogue.head.seq = 3;
	rogue.live = false;
	link_wake(rogue.link, rogue.now);
	assert_true(rogue_run(&rogue, 2000));
	say_rewind(3, 5);
	assert_int_equal(link_have(rogue.link, 0), 3);
	assert_int_equal(rogue.told[RECORD_REWIND], 1);
	assert_aside("/c/07070707070707070707070707070707.old1", 4, 5);
	/* And again, further: it goes before what is there. */
	say_rewind(2, 3);
	say_rewind(1, 2);
	assert_int_equal(link_have(rogue.link, 0), 1);
	assert_int_equal(rogue.told[RECORD_REWIND], 3);
	assert_int_equal(rogue.told[RECORD_ASIDE], 0);
	assert_aside("/c/07070707070707070707070707070707.old1", 2, 5);
	rogue_end(&rogue);
	assert_aside("/c/07070707070707070707070707070707", 1, 1);
}

/* What was there before is kept, and what came since first; a few lines that
 * come and go after that are not worth a copy that ends. */
static void
what_came_since_a_rewind_may_go_again_and_again(void **state)
{
	uint64_t last;

	(void)state;
	join_and_store();
	rogue.head.term = 2;
	rogue.head.seq = 3;
	rogue.live = false;
	link_wake(rogue.link, rogue.now);
	assert_true(rogue_run(&rogue, 2000));
	say_rewind(3, 5);
	say_rewind(2, 3);
	for (last = 4; last < 9; last++) {
		rogue.head.seq = 2;
		rogue.head.term = 1;
		say_head();
		rogue_say_entries(&rogue, 3, last);
		assert_int_equal(link_have(rogue.link, 0), last);
		say_rewind(2, last);
		assert_int_equal(link_have(rogue.link, 0), 2);
	}
	rogue.head.seq = 2;
	rogue.head.term = 1;
	say_head();
	rogue_say_entries(&rogue, 3, 5);
	assert_int_equal(rogue.told[RECORD_ASIDE], 0);
	assert_aside("/c/07070707070707070707070707070707.old2", 3, 5);
	assert_aside("/c/07070707070707070707070707070707.old1", 3, 4);
	rogue_end(&rogue);
	assert_aside("/c/07070707070707070707070707070707", 1, 5);
}

/* Where there is no room to keep it, it stays where it is. */
static void
what_cannot_be_set_aside_stays(void **state)
{
	(void)state;
	join_and_store();
	memdisk_limit(mem, memdisk_bytes(mem));
	rogue.head.term = 2;
	rogue.head.seq = 3;
	rogue.live = false;
	link_wake(rogue.link, rogue.now);
	assert_true(rogue_run(&rogue, 2000));
	say_rewind(3, 5);
	assert_int_equal(link_have(rogue.link, 0), 3);
	assert_int_equal(rogue.told[RECORD_ASIDE], 0);
	rogue_end(&rogue);
	assert_aside("/c/07070707070707070707070707070707", 1, 5);
}

/*
 * A room that lost what somebody said
 */

static struct {
	char	 text[256];	/* of the posts that came, once a number */
	uint64_t first, last;
} heard;

static void
note_posts(struct rogue *r, struct frame *f)
{
	struct frame_post p;

	(void)r;
	while (f->type == FRAME_POST && frame_next_post(f, &p)) {
		if (p.id <= heard.last)
			continue;
		heard.last = p.id;
		if (heard.first == 0)
			heard.first = p.id;
		snprintf(heard.text + strlen(heard.text), sizeof(heard.text) -
		    strlen(heard.text), "%.*s;", (int)p.text_len, p.text);
	}
}

/* And says, as a server does, which it expects: the first that it heard. */
static void
note_and_expect(struct rogue *r, struct frame *f)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	note_posts(r, f);
	if (f->type != FRAME_POST)
		return;
	frame_put_posted(&out, heard.first, 0);
	rogue_say_once(r, frames, out.len);
}

static uint8_t chain[FRAME_CHAIN];	/* of what was said */

/* It has that for a line of hers; all that it heard is safe, or not told. */
static void
put_entry_of(const char *author, uint64_t seq, uint64_t id, const char *words,
    bool safe)
{
	uint8_t frames[512];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct entry e = { .seq = seq, .time_ms = 1, .kind = ENTRY_SAY,
	    .id = id, .author = author, .author_len = strlen(author),
	    .text = words, .text_len = strlen(words) };
	size_t begun, at;

	rogue.head.seq = seq;
	begun = frame_begin(&out, FRAME_ENTRIES);
	frame_put_position(&out, &rogue.head);
	wire_put_varint(&out, 1);
	at = out.len;
	entry_encode(&out, &e);
	rogue_chain(chain, frames + at, out.len - at);
	frame_end(&out, begun);
	if (safe)
		frame_put_posted(&out, heard.last + 1, seq);
	rogue_say(&rogue, frames, out.len);
	assert_int_equal(link_have(rogue.link, 0), seq);
}

static void
put_entry(uint64_t seq, uint64_t id, const char *words)
{
	put_entry_of("alice", seq, id, words, true);
}

/* Alice says it, and it is entry seq with those words, and safe. */
static void
say_and_put(uint64_t seq, const char *text, const char *words)
{
	rogue_post(&rogue, text);
	assert_true(rogue_run(&rogue, 100));
	put_entry(seq, heard.last, words);
}

static void
say_and_take(uint64_t seq, const char *text)
{
	say_and_put(seq, text, text);
}

/* He has a key, and may put into the log what he likes: by that alone a line
 * is not said. The first answer of a session, and a later one. */
static void
other_words_are_not_what_was_said(void **state)
{
	uint64_t seq;

	(void)state;
	for (seq = 1; seq <= 2; seq++) {
		tear_down_disk(state);
		set_up_disk(state);
		memset(&heard, 0, sizeof(heard));
		rogue.hear = note_posts;
		join();
		if (seq == 2)
			say_and_take(1, "hi");
		rogue.told[RECORD_POSTED] = 0;
		say_and_put(seq, "I owe nothing", "I owe you all");
		memset(&heard, 0, sizeof(heard));
		assert_true(rogue_run(&rogue, 5000));
		assert_string_equal(heard.text, "I owe nothing;");
		assert_int_equal(rogue.state.pending, 1);
		if (seq == 1)
			assert_int_equal(rogue.told[RECORD_POSTED], 0);
	}
}

/* The others are said all the same. */
static void
a_line_that_the_disk_lost_is_told(void **state)
{
	(void)state;
	memset(&heard, 0, sizeof(heard));
	rogue.deaf = true;
	rogue_link(&rogue);
	rogue_post(&rogue, "one");
	rogue_post(&rogue, "two");
	rogue_post(&rogue, "three");
	assert_true(rogue_run(&rogue, 100));
	rogue_end(&rogue);
	assert_int_equal(rogue.told[RECORD_DAMAGED], 0);
	/* Behind a header and a record, the text of the next. */
	assert_true(memdisk_flip(mem, "/c/outbox", 16 + 8 + 7 + 3 + 8 + 7));
	rogue.deaf = false;
	rogue.hear = note_posts;
	join();
	assert_int_equal(rogue.told[RECORD_DAMAGED], 1);
	assert_true(rogue_run(&rogue, 1000));
	assert_non_null(strstr(heard.text, "one;"));
	rogue_end(&rogue);
	join();
	assert_int_equal(rogue.told[RECORD_DAMAGED], 1);
	assert_int_equal(rogue.state.pending, 2);
}

/* It takes its own place by that, and is in since then: by its number of before
 * it is another window, that joined later, and would go for that. */
static void
a_new_number_of_an_outbox_joins_anew(void **state)
{
	uint8_t frames[16];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)state;
	memset(&heard, 0, sizeof(heard));
	rogue.hear = note_posts;
	rogue.flags = HELLO_ROLES;
	join();
	assert_true(rogue_run(&rogue, 9000));
	say_and_put(1, "I owe nothing", "I owe you all");
	assert_true(rogue_run(&rogue, 5000));
	assert_int_equal(rogue.visits, 2);
	assert_int_equal(rogue.age_ms, 0);
	frame_put_leave(&out, NULL, 0);
	rogue_say(&rogue, frames, out.len);
	assert_true(rogue_run(&rogue, 1000));
	assert_int_equal(rogue.visits, 3);
	assert_in_range(rogue.age_ms, 1000, 6000);
}

/* It is in the room before the leave, if that takes no time; so nobody is told
 * that it waits, and a server that does not answer holds nobody. */
static void
who_leaves_says_his_last_words(void **state)
{
	(void)state;
	memset(&heard, 0, sizeof(heard));
	rogue.hear = note_posts;
	memset(chain, 0, sizeof(chain));
	rogue.chain = chain;
	join();
	rogue_post(&rogue, "good night");
	link_leave(rogue.link, rogue.now);
	assert_true(rogue_run(&rogue, 200));
	assert_string_equal(heard.text, "good night;");
	assert_int_equal(rogue.leaves, 0);
	put_entry(1, heard.last, "good night");
	assert_true(rogue_run(&rogue, 10));
	assert_int_equal(rogue.leaves, 1);
	assert_false(link_awaits(rogue.link));
	tear_down(state);
	set_up(state);
	join();
	rogue_post(&rogue, "good night");
	link_leave(rogue.link, rogue.now);
	assert_true(rogue_run(&rogue, 600));
	assert_true(rogue.leaves > 0);
	assert_true(rogue_run(&rogue, 1000));
	assert_true(link_left(rogue.link));
}

/* Who rests meanwhile would measure his rest. */
static void
a_round_trip_is_measured_without_a_rest(void **state)
{
	(void)state;
	join();
	assert_true(rogue_run(&rogue, 100));
	assert_false(link_awaits(rogue.link));
	link_wake(rogue.link, rogue.now);
	assert_true(link_awaits(rogue.link));
	assert_true(rogue_run(&rogue, 20));
	assert_false(link_awaits(rogue.link));
}

/* And he is told for what he waits. */
static void
what_a_full_disk_does_not_take_is_told_to_wait(void **state)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)state;
	join();
	rogue_post(&rogue, "hello");
	frame_put_error(&out, FRAME_NO_SPACE, 0, 1000, NULL, 0);
	rogue_say(&rogue, frames, out.len);
	assert_true(rogue_run(&rogue, 100));
	assert_int_equal(rogue.state.phase, RECORD_ONLINE);
	assert_int_equal(rogue.state.held, RECORD_HELD_DISK);
	assert_int_equal(rogue.state.pending, 1);
	assert_true(rogue_run(&rogue, 3000));
	assert_true(rogue.posts > 1);
}

/* Also where the server does not come so far as to try it again. */
static void
nor_is_that_forgotten_for_a_pace(void **state)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)state;
	memset(&heard, 0, sizeof(heard));
	rogue.hear = note_posts;
	join();
	rogue_post(&rogue, "hello");
	rogue_post(&rogue, "you");
	assert_true(rogue_run(&rogue, 100));
	frame_put_posted(&out, heard.first, 0);
	frame_put_error(&out, FRAME_NO_SPACE, 0, 1000, NULL, 0);
	rogue_say(&rogue, frames, out.len);
	assert_true(rogue_run(&rogue, 100));
	out = wire_out(frames, sizeof(frames));
	frame_put_error(&out, FRAME_LIMIT_RATE, 0, 1000, NULL, 0);
	rogue_say(&rogue, frames, out.len);
	assert_true(rogue_run(&rogue, 100));
	assert_int_equal(rogue.state.held, RECORD_HELD_DISK);
	/* It has taken one. */
	out = wire_out(frames, sizeof(frames));
	frame_put_posted(&out, heard.first + 1, 1);
	frame_put_error(&out, FRAME_LIMIT_RATE, 0, 1000, NULL, 0);
	rogue_say(&rogue, frames, out.len);
	assert_true(rogue_run(&rogue, 100));
	assert_int_equal(rogue.state.held, RECORD_HELD_RATE);
	/* A pace is one until nothing waits. */
	rogue_post(&rogue, "all");
	assert_true(rogue_run(&rogue, 900));
	out = wire_out(frames, sizeof(frames));
	frame_put_posted(&out, heard.first + 2, 2);
	rogue_say(&rogue, frames, out.len);
	assert_true(rogue_run(&rogue, 10));
	assert_int_equal(rogue.state.held, RECORD_HELD_RATE);
}

/* What the room says by its next session is all there is to know it by. */
static void
without_a_copy_what_is_said_is_not_said_again(void **state)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)state;
	memset(&heard, 0, sizeof(heard));
	rogue.hear = note_posts;
	memset(chain, 0, sizeof(chain));
	rogue.chain = chain;
	rogue.head.seq = 0;
	join();
	rogue_post(&rogue, "hi");
	assert_true(rogue_run(&rogue, 100));
	put_entry_of("alice", 1, heard.last, "hi", false);
	frame_put_posted(&out, heard.last + 1, 1);
	rogue.live = false;
	rogue.hear = NULL;
	link_wake(rogue.link, rogue.now);
	assert_true(rogue_run(&rogue, 5000));
	assert_int_equal(rogue.visits, 2);
	memset(&heard, 0, sizeof(heard));
	rogue.hear = note_posts;
	rogue_say(&rogue, frames, out.len);
	assert_true(rogue_run(&rogue, 5000));
	assert_string_equal(heard.text, "");
	assert_int_equal(rogue.state.pending, 0);
}

/* It takes nothing of that outbox, for whoever has the name now, and cannot say
 * what it has: that is no word that it has all. */
static void
what_the_room_does_not_tell_of_is_said(void **state)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)state;
	memset(&heard, 0, sizeof(heard));
	rogue.hear = note_posts;
	memset(chain, 0, sizeof(chain));
	rogue.chain = chain;
	join();
	rogue_post(&rogue, "hi");
	assert_true(rogue_run(&rogue, 100));
	put_entry_of("mallory", 1, 7, "hello", false);
	frame_put_posted(&out, heard.last | UINT32_MAX, 0);
	rogue.live = false;
	rogue.hear = NULL;
	link_wake(rogue.link, rogue.now);
	assert_true(rogue_run(&rogue, 5000));
	assert_int_equal(rogue.visits, 2);
	memset(&heard, 0, sizeof(heard));
	rogue.hear = note_posts;
	rogue_say(&rogue, frames, out.len);
	assert_true(rogue_run(&rogue, 5000));
	assert_string_equal(heard.text, "hi;");
	assert_int_equal(rogue.state.pending, 1);
}

/* Entry 1000 was of another one: what comes now is news. */
static void
a_log_that_begins_anew_is_shown(void **state)
{
	(void)state;
	rogue.config.place.has_after = true;
	rogue.config.place.after = 1000;
	rogue.head.seq = 10;
	join();
	rogue.told[RECORD_ENTRY] = 0;
	rogue_say_entries(&rogue, 11, 12);
	assert_int_equal(link_have(rogue.link, 0), 12);
	assert_int_equal(rogue.told[RECORD_ENTRY], 2);
}

/* A server with nothing of it is there; nothing is said to it before it says
 * so, and then this. */
static void
lose_all(uint64_t have, const char *want)
{
	memset(&heard, 0, sizeof(heard));
	rogue.head.term = 2;
	rogue.head.seq = 0;
	rogue.live = rogue.deaf = false;
	link_wake(rogue.link, rogue.now);
	assert_true(rogue_run(&rogue, 5000));
	assert_string_equal(heard.text, "");
	say_rewind(0, have);
	rogue.head.term = 1;		/* where it begins */
	say_head();
	assert_true(rogue_run(&rogue, 5000));
	assert_string_equal(heard.text, want);
	assert_int_equal(link_have(rogue.link, 0), 0);
}

/* Somebody has one of her names of before, which nobody owned any more, and
 * says something under the number of her outbox; of all else that this said
 * her copy of the log has nothing. */
static void
what_another_says_under_her_number_is_not_what_waits(void **state)
{
	(void)state;
	memset(&heard, 0, sizeof(heard));
	rogue.hear = note_posts;
	rogue.config.place.has_after = true;
	rogue.head.seq = rogue.config.place.after = 1000;
	join();
	rogue_post(&rogue, "hello");
	assert_true(rogue_run(&rogue, 100));
	assert_string_equal(heard.text, "hello;");
	rogue.live = false;
	link_wake(rogue.link, rogue.now);
	assert_true(rogue_run(&rogue, 2000));
	put_entry_of("robin", 1001, heard.last, "mine", true);
	memset(&heard, 0, sizeof(heard));
	assert_true(rogue_run(&rogue, 5000));
	assert_string_equal(heard.text, "hello;");
	assert_int_equal(rogue.state.pending, 1);
}

/* Who has the true server's key for a while puts words into her mouth, and she
 * is not to say them to the true one. */
static void
what_one_never_said_is_not_said_again(void **state)
{
	(void)state;
	memset(&heard, 0, sizeof(heard));
	rogue.hear = note_and_expect;
	join();
	say_and_take(1, "aaa");
	put_entry(2, heard.last + 9, "I owe you all");
	say_and_take(3, "bbb");
	lose_all(3, "aaa;bbb;");
}

static int (*real_rename)(void *, const char *, const char *);

/* Once the outbox is written anew, the disk takes nothing more. */
static int
rename_and_fill(void *arg, const char *from, const char *to)
{
	int result = real_rename(arg, from, to);

	if (strcmp(to, "/c/outbox") == 0)
		memdisk_limit(mem, memdisk_bytes(mem));
	return result;
}

static void
what_was_lost_is_said_first_and_once_whoever_dies(void **state)
{
	(void)state;
	memset(&heard, 0, sizeof(heard));
	real_rename = disk.rename;
	disk.rename = rename_and_fill;
	rogue.hear = note_and_expect;
	join();
	say_and_take(1, "aaa");
	say_and_take(2, "bbb");
	rogue.deaf = true;
	rogue_post(&rogue, "ccc");
	assert_true(rogue_run(&rogue, 1000));
	assert_int_equal(rogue.state.pending, 1);
	lose_all(2, "aaa;bbb;ccc;");
	assert_int_equal(rogue.state.pending, 3);
	/* As if killed then: the copy is what it was, and is cut only now. */
	rogue_end(&rogue);
	memdisk_limit(mem, UINT64_MAX);
	disk.rename = real_rename;
	rogue_link(&rogue);
	assert_int_equal(link_have(rogue.link, 0), 2);
	lose_all(2, "aaa;bbb;ccc;");
	assert_int_equal(rogue.state.pending, 3);
	assert_aside("/c/07070707070707070707070707070707.old1", 1, 2);
}

/* A window that joined later keeps its seat by that. */
static void
who_comes_back_says_since_when_he_is_in(void **state)
{
	uint8_t frames[16];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)state;
	rogue.flags = HELLO_ROLES;
	join();
	assert_int_equal(rogue.age_ms, 0);
	assert_true(rogue_run(&rogue, 9000));
	frame_put_leave(&out, NULL, 0);
	rogue_say(&rogue, frames, out.len);
	assert_true(rogue_run(&rogue, 1000));
	assert_int_equal(rogue.visits, 2);
	assert_in_range(rogue.age_ms, 9000, 11000);
	/* The clock stands still while the machine sleeps. */
	link_slept(rogue.link, rogue.now, 3600 * 1000);
	rogue_say(&rogue, frames, out.len);
	assert_true(rogue_run(&rogue, 1000));
	assert_int_equal(rogue.visits, 3);
	assert_in_range(rogue.age_ms, 3609 * 1000, 3613 * 1000);
	/* By another name he comes anew. */
	link_login(rogue.link, rogue.now, "bob", 3);
	assert_true(rogue_run(&rogue, 1000));
	assert_int_equal(rogue.visits, 4);
	assert_int_equal(rogue.age_ms, 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define DISK(name)							\
	cmocka_unit_test_setup_teardown(name, set_up_disk, tear_down_disk)
	const struct CMUnitTest tests[] = {
		TEST(where_many_are_lost_a_line_goes_twice),
		TEST(where_many_are_lost_a_short_way_is_told_soon),
		TEST(what_the_welcome_counts_is_waited_for),
		TEST(who_leaves_says_his_last_words),
		TEST(a_round_trip_is_measured_without_a_rest),
		TEST(what_a_full_disk_does_not_take_is_told_to_wait),
		TEST(nor_is_that_forgotten_for_a_pace),
		TEST(one_too_many_of_an_address_is_told_from_a_full_room),
		TEST(another_key_on_the_address_gets_nothing_ever),
		TEST(who_comes_back_says_since_when_he_is_in),
		TEST(who_was_changed_once_is_not_believed_again),
		TEST(leaving_says_nothing_to_another_key),
		TEST(a_key_that_cannot_be_looked_up_is_final_too),
		TEST(a_passphrase_that_was_given_is_not_left_out),
		TEST(nor_one_that_was_typed_and_was_wrong),
		TEST(a_passphrase_that_was_changed_is_asked_for),
		TEST(a_room_that_wanted_a_passphrase_goes_on_to_want_one),
		TEST(a_key_is_remembered_when_the_passphrase_was_proved),
		TEST(a_key_is_remembered_with_the_first_sealed_word),
		TEST(a_room_that_was_renamed_lets_in_who_has_the_passphrase),
		TEST(no_number_makes_it_work_without_end),
		TEST(nor_does_a_number_of_the_handshake),
		TEST(a_copy_that_differs_costs_nothing_of_what_is_held),
		TEST(a_list_of_members_has_an_end),
		TEST(joins_without_end_fill_no_memory),
		TEST(a_letter_of_next_year_in_a_name_shuts_nobody_out),
		TEST(a_line_that_is_blank_here_alone_is_taken),
		TEST(what_is_sealed_in_a_room_is_a_line_without_words),
		TEST(a_datagram_of_pings_is_answered_once),
		TEST(who_is_prompted_acknowledges_at_once),
		TEST(no_server_makes_it_shake_hands_without_end),
		TEST(cookies_that_are_none_of_ours_draw_nothing),
		TEST(old_keys_open_nothing_once_there_are_new_ones),
		TEST(keys_of_a_server_that_is_away_are_wiped),
		TEST(a_server_without_time_for_new_keys_is_left_alone),
		TEST(a_round_trip_that_was_lost_is_measured_soon),
		TEST(who_is_faster_than_the_server_ends_no_session),
		TEST(nor_does_a_forged_reset_before_that),
		TEST(without_a_copy_what_is_said_is_not_said_again),
		TEST(what_the_room_does_not_tell_of_is_said),
		TEST(a_log_that_begins_anew_is_shown),
		DISK(another_log_sets_the_copy_aside_and_says_so),
		DISK(no_number_of_logs_pushes_the_copy_out),
		DISK(nothing_is_taken_back_by_a_head_of_an_earlier_term),
		DISK(a_server_that_learnt_its_term_late_may_go_back),
		DISK(what_a_rewind_cuts_is_set_aside),
		DISK(what_came_since_a_rewind_may_go_again_and_again),
		DISK(what_cannot_be_set_aside_stays),
		DISK(what_was_lost_is_said_first_and_once_whoever_dies),
		DISK(other_words_are_not_what_was_said),
		DISK(a_line_that_the_disk_lost_is_told),
		DISK(a_new_number_of_an_outbox_joins_anew),
		DISK(what_another_says_under_her_number_is_not_what_waits),
		DISK(what_one_never_said_is_not_said_again),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
