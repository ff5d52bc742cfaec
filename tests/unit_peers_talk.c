/*
 * Talks at the server: two keys have one, nobody else knows of it, and what is
 * said there is nothing that a server can read.
 */
#include <sodium.h>
#include <string.h>

#include "common/fingerprint.h"
#include "common/frame_put.h"
#include "server/hub_parts.h"
#include "server/peers_state.h"
#include "tests/with_cmocka.h"
#include "tests/with_ears.h"

enum { TALK = 7, SEALED = ENTRY_SEALED << ENTRY_ROLE_SHIFT };

static struct den den;

/* What one heard in a talk. */
struct heard {
	struct ears	 ears;
	uint8_t		 flags, key[FRAME_KEY_BYTES];
	char		 name[TEXT_NAME_BYTES + 1];	/* of the other */
	unsigned	 entries;
	uint64_t	 got;				/* bits: these */
	char		 author[8];			/* of the last one */
	uint32_t	 role;
	char		 text[64];
	unsigned	 members;
	char		 who[2][TEXT_NAME_BYTES + 1];
	uint8_t		 away[2];
	uint64_t	 version, known;	/* of HEAD, and of them */
	char		 reason[32];
	uint32_t	 offered;			/* the last one */
	struct {
		uint8_t	 flags, key[FRAME_KEY_BYTES];
		uint64_t said, mark;
		char	 name[TEXT_NAME_BYTES + 1];
	}		 of[4];				/* his talks */
	unsigned	 listed;
};

static void
take_entries(struct heard *h, struct frame *f)
{
	struct entry e;

	while (frame_next_entry(f, &e)) {
		if (e.kind == ENTRY_START)
			continue;
		assert_true(e.seq < 64);
		if ((h->got >> e.seq & 1) != 0)
			continue;
		h->got |= UINT64_C(1) << e.seq;
		h->entries++;
		snprintf(h->author, sizeof(h->author), "%.*s",
		    (int)e.author_len, e.author);
		h->role = entry_role(e.flags);
		snprintf(h->text, sizeof(h->text), "%.*s", (int)e.text_len,
		    e.text);
	}
}

static void
take_talks(struct heard *h, struct frame *f)
{
	struct frame_talk t;

	for (h->listed = 0; frame_next_talk(f, &t); h->listed++) {
		assert_true(h->listed < 4);
		h->of[h->listed].flags = t.flags;
		h->of[h->listed].said = t.said;
		h->of[h->listed].mark = t.mark;
		memcpy(h->of[h->listed].key, t.key, FRAME_KEY_BYTES);
		snprintf(h->of[h->listed].name, sizeof(h->of[0].name), "%.*s",
		    (int)t.name_len, t.name);
	}
}

static void
hear(struct guest *g, struct frame *f)
{
	struct heard *h = g->arg;
	struct frame_member m;
	struct frame list = *f;

	ears_hear(g, &list);
	if (f->type == FRAME_ENTERED && (f->flags & FRAME_ENTERED_TALK) != 0) {
		h->flags = f->flags;
		assert_non_null(f->bytes);
		memcpy(h->key, f->bytes, sizeof(h->key));
		snprintf(h->name, sizeof(h->name), "%.*s", (int)f->text_len,
		    f->text);
		if (f->slot % 2 == 0 && f->at.seq == 0 && f->at.term == 0)
			h->offered = f->slot;
	}
	if (f->type == FRAME_LIST && f->code == FRAME_ASK_TALKS)
		take_talks(h, f);
	if (h->ears.slot != TALK)
		return;
	if (f->type == FRAME_ERROR)
		snprintf(h->reason, sizeof(h->reason), "%.*s",
		    (int)f->text_len, f->text);
	if (f->type == FRAME_SEAT || f->type == FRAME_ENTRIES)
		take_entries(h, f);
	if (f->type == FRAME_HEAD)
		h->version = f->version;
	if (f->type != FRAME_MEMBERS)
		return;
	h->version = h->known = f->version;
	for (h->members = 0; frame_next_member(f, &m); h->members++) {
		assert_true(h->members < 2);
		snprintf(h->who[h->members], sizeof(h->who[0]), "%.*s",
		    (int)m.name_len, m.name);
		h->away[h->members] = m.flags & FRAME_MEMBER_AWAY;
	}
}

static struct guest *
person(const char *name, const char *ip, struct heard *h)
{
	struct guest *g;

	memset(h, 0, sizeof(*h));
	g = ears_device(&den, NULL, name, ip, &h->ears);
	g->hear = hear;
	return g;
}

/* How a talk with him is asked for. */
static const char *
with(const struct guest *g)
{
	static char name[64];

	name[0] = '@';
	sodium_bin2base64(name + 1, sizeof(name) - 1, g->key.public,
	    sizeof(g->key.public), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return name;
}

static void
enter(struct guest *g, uint32_t slot, const char *room)
{
	ears_enter(&den, g, slot, room);
}

static void
enter_by(struct guest *g, uint32_t slot, const char *room, uint32_t outbox)
{
	const struct frame_enter e = { .slot = slot, .room = room,
	    .room_len = strlen(room), .outbox = outbox, .next_id = 1 };
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_enter(&out, &e);
	den_say(&den, g, &out);
	den_run(&den, 50);
}

/* As if it were sealed: a server cannot know. */
static void
seal(struct guest *g, uint32_t slot, uint32_t id, const char *text)
{
	char sealed[64];

	snprintf(sealed, sizeof(sealed), "%-*s", ENTRY_SEALED_LEAST, text);
	ears_post_as(&den, g, slot, (uint64_t)(100 + slot) << 32 | id,
	    ENTRY_SAY, SEALED, sealed);
}

static bool
ends_so(const struct heard *h, const char *text)
{
	return strncmp(h->text, text, strlen(text)) == 0;
}

static int
open_den(void **state)
{
	(void)state;
	den_open_talks(&den);
	return 0;
}

static int
close_den(void **state)
{
	(void)state;
	den_close(&den);
	return 0;
}

static void
what_one_says_the_other_gets_and_nobody_else(void **state)
{
	static struct heard his, hers, its;
	struct guest *ada = person("ada", "192.0.2.1", &his);
	struct guest *bob = person("Bob", "192.0.2.2", &hers);
	struct guest *eve = person("eve", "192.0.2.3", &its);
	bool higher = memcmp(ada->key.public, bob->key.public, NOISE_KEY) > 0;

	(void)state;
	enter(ada, LAB, "den");
	enter(bob, LAB, "den");
	enter(eve, LAB, "den");
	enter(ada, TALK, with(bob));
	assert_true(his.ears.entered[TALK] > 0);
	assert_int_equal(his.flags, FRAME_ENTERED_TALK);
	assert_memory_equal(his.key, bob->key.public, NOISE_KEY);
	assert_string_equal(his.name, "Bob");
	seal(ada, TALK, 1, "\x80psst");
	assert_int_equal(his.ears.posted[TALK], UINT64_C(107) << 32 | 2);
	assert_int_equal(hers.entries, 0);
	enter(bob, TALK, with(ada));
	assert_memory_equal(hers.key, ada->key.public, NOISE_KEY);
	assert_int_equal(hers.entries, 1);
	assert_true(ends_so(&hers, "\x80psst"));
	assert_int_equal(hers.role, ENTRY_SEALED);
	assert_string_equal(hers.author, higher ? "2" : "1");
	seal(bob, TALK, 1, "what?");
	assert_true(ends_so(&his, "what?"));
	assert_string_equal(his.author, higher ? "1" : "2");
	assert_int_equal(its.entries, 0);
	/* Nor is there an entry of it in the room. */
	assert_int_equal(den_count(&den, ENTRY_SAY, NULL), 0);
	assert_int_equal(den_count(&den, ENTRY_JOIN, NULL), 3);
}

static void
post(struct guest *g, uint32_t slot, uint32_t id, enum entry_kind kind,
    uint32_t flags, const char *text)
{
	ears_post_as(&den, g, slot, (uint64_t)(100 + slot) << 32 | id, kind,
	    flags, text);
}

/* Both are in the first room. */
static struct guest *
member(const char *name, const char *ip, struct heard *h)
{
	struct guest *g = person(name, ip, h);

	enter(g, LAB, "den");
	return g;
}

static const char long_enough[] = "twenty-five bytes at least, in clear";

static void
no_private_word_is_in_clear_and_none_sealed_in_a_room(void **state)
{
	static struct heard his, hers;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);

	(void)state;
	enter(ada, TALK, with(bob));
	enter(bob, TALK, with(ada));
	seal(bob, TALK, 1, "hi");
	post(ada, TALK, 1, ENTRY_SAY, 0, long_enough);
	assert_int_equal(his.ears.error[TALK], FRAME_MUTED);
	assert_int_equal(his.ears.wait[TALK], 0);
	assert_string_equal(his.reason, "");
	his.ears.error[TALK] = 0;
	post(ada, TALK, 1, ENTRY_RENAME, 0, "eda");
	assert_int_equal(his.ears.error[TALK], FRAME_MUTED);
	his.ears.error[TALK] = 0;
	post(ada, TALK, 1, ENTRY_ACT, ENTRY_RULE << ENTRY_ROLE_SHIFT,
	    "close");
	assert_int_equal(his.ears.error[TALK], FRAME_MUTED);
	his.ears.error[TALK] = 0;
	post(ada, TALK, 1, ENTRY_SAY, ENTRY_REPLY << ENTRY_ROLE_SHIFT,
	    long_enough);
	assert_int_equal(his.ears.error[TALK], FRAME_MUTED);
	assert_int_equal(hers.entries, 1);
	seal(ada, LAB, 1, "sealed");
	assert_int_equal(his.ears.error[LAB], FRAME_MUTED);
	assert_int_equal(den_count(&den, ENTRY_SAY, NULL), 0);
	/* What comes behind it is taken. */
	seal(ada, TALK, 1, "sealed");
	assert_int_equal(hers.entries, 2);
	ears_say(&den, ada, LAB, 1, "in clear");
	assert_int_equal(den_count(&den, ENTRY_SAY, NULL), 1);
	assert_int_equal(den_count(&den, ENTRY_RENAME, NULL), 0);
}

/* Who was never there and who is but has not met him: one answer. */
static void
a_stranger_has_no_talk_and_hears_of_nobody(void **state)
{
	static struct heard his, hers, its;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = person("bob", "192.0.2.2", &hers);
	struct guest *eve = person("eve", "192.0.2.3", &its);
	struct guest *nobody = den_guest(&den, "nobody", "192.0.2.4");

	(void)state;
	enter(ada, TALK, with(nobody));
	assert_int_equal(his.ears.error[TALK], FRAME_NO_TALK);
	enter(ada, TALK + 2, with(bob));
	assert_int_equal(his.ears.error[TALK + 2], FRAME_NO_TALK);
	assert_int_equal(his.ears.wait[TALK], his.ears.wait[TALK + 2]);
	enter(bob, LAB, "ops");
	enter(ada, TALK + 4, with(bob));
	assert_int_equal(his.ears.error[TALK + 4], FRAME_NO_TALK);
	/* Nor has who is in no room one with himself. */
	enter(eve, TALK, with(eve));
	assert_int_equal(its.ears.error[TALK], FRAME_NO_TALK);
	assert_int_equal(talks_count(den.talks), 0);
	enter(bob, OPS, "den");
	enter(ada, TALK + 6, with(bob));
	assert_int_equal(his.ears.entered[TALK + 6] > 0, true);
	assert_int_equal(talks_count(den.talks), 1);
	/* Something else behind an @ is a room that there is not. */
	enter(ada, TALK + 8, "@bob");
	assert_int_equal(his.ears.error[TALK + 8], FRAME_NO_ROOM);
}

/* He is away, and his client of before: it is kept for him. */
static void
who_has_met_him_may_write_to_who_is_away(void **state)
{
	static struct heard his, hers;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);

	(void)state;
	den_leave(&den, bob);
	den_run(&den, 10000);
	enter(ada, TALK, with(bob));
	assert_true(his.ears.entered[TALK] > 0);
	assert_string_equal(his.name, "bob");
	seal(ada, TALK, 1, "are you there?");
	memset(&hers, 0, sizeof(hers));
	bob->arg = &hers.ears;
	assert_true(den_enter(&den, bob));
	enter(bob, TALK, with(ada));
	assert_int_equal(hers.entries, 1);
	assert_true(ends_so(&hers, "are you"));
}

static void
who_is_not_answered_says_little(void **state)
{
	static struct heard his, hers;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);
	char much[1001];
	uint32_t i;

	(void)state;
	enter(ada, TALK, with(bob));
	for (i = 1; i <= 5; i++)
		seal(ada, TALK, i, "hello?");
	assert_int_equal(his.ears.posted[TALK], UINT64_C(107) << 32 | 5);
	assert_int_equal(his.ears.error[TALK], FRAME_MUTED);
	assert_string_equal(his.reason, "unanswered");
	/* Nor by coming again, nor when the server did. */
	den_run(&den, 30 * 1000);
	ears_leave(&den, ada, TALK);
	den_run(&den, 3 * ROOMLIST_IDLE_MS);
	den_restart(&den);
	memset(&his, 0, sizeof(his));
	ada->live = bob->live = false;
	assert_true(den_enter(&den, ada));
	enter(ada, LAB, "den");
	enter(ada, TALK, with(bob));
	seal(ada, TALK, 5, "hello?");
	assert_int_equal(his.ears.error[TALK], FRAME_MUTED);
	assert_true(den_enter(&den, bob));
	enter(bob, TALK, with(ada));
	assert_int_equal(hers.entries, 4);
	seal(bob, TALK, 1, "yes");
	memset(much, 'a', sizeof(much) - 1);
	much[sizeof(much) - 1] = '\0';
	for (i = 5; i <= 11; i++)
		post(ada, TALK, i, ENTRY_SAY, SEALED, much);
	assert_int_equal(his.ears.posted[TALK], UINT64_C(107) << 32 | 12);
	/* Bytes count, too. */
	enter(bob, TALK + 2, with(bob));
	assert_int_equal(hers.ears.error[TALK + 2], 0);
}

static void
and_not_much_either(void **state)
{
	static struct heard his, hers;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);
	char much[1024 + 1];
	uint32_t i;

	(void)state;
	memset(much, 'a', sizeof(much) - 1);
	much[sizeof(much) - 1] = '\0';
	enter(ada, TALK, with(bob));
	for (i = 0; i < 4; i++)
		post(ada, TALK, i + 1, ENTRY_PART, SEALED |
		    i << ENTRY_INDEX_SHIFT | (4 - i) << ENTRY_MORE_SHIFT,
		    much);
	post(ada, TALK, 5, ENTRY_SAY, SEALED | 4 << ENTRY_INDEX_SHIFT,
	    long_enough);
	assert_int_equal(his.ears.error[TALK], FRAME_MUTED);
	assert_string_equal(his.reason, "unanswered");
	/* One of 4 KiB is taken. */
	for (i = 0; i < 3; i++)
		post(ada, TALK, i + 1, ENTRY_PART, SEALED |
		    i << ENTRY_INDEX_SHIFT | (3 - i) << ENTRY_MORE_SHIFT,
		    much);
	post(ada, TALK, 4, ENTRY_SAY, SEALED | 3 << ENTRY_INDEX_SHIFT, much);
	assert_int_equal(his.ears.posted[TALK], UINT64_C(107) << 32 | 5);
	his.ears.error[TALK] = 0;
	seal(ada, TALK, 5, "more");
	assert_int_equal(his.ears.error[TALK], FRAME_MUTED);
}

static void
with_oneself_it_is_a_notebook(void **state)
{
	static struct heard his;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	uint32_t i;

	(void)state;
	enter(ada, TALK, with(ada));
	assert_memory_equal(his.key, ada->key.public, NOISE_KEY);
	assert_string_equal(his.name, "ada");
	for (i = 1; i <= 6; i++)
		seal(ada, TALK, i, "buy milk");
	assert_int_equal(his.ears.posted[TALK], UINT64_C(107) << 32 | 7);
	assert_int_equal(his.entries, 6);
	assert_string_equal(his.author, "1");
}

static void
who_shuts_it_takes_nothing_more(void **state)
{
	static const uint32_t rule = ENTRY_RULE << ENTRY_ROLE_SHIFT;
	static struct heard his, hers;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);

	(void)state;
	enter(ada, TALK, with(bob));
	enter(bob, TALK, with(ada));
	seal(ada, TALK, 1, "hi");
	post(bob, TALK, 1, ENTRY_ACT, rule, "shut");
	assert_string_equal(his.text, "shut");
	assert_int_equal(his.role, ENTRY_RULE);
	seal(ada, TALK, 2, "please");
	assert_int_equal(his.ears.error[TALK], FRAME_MUTED);
	assert_string_equal(his.reason, "");
	assert_string_equal(hers.text, "shut");
	/* That holds, wherever it was said. */
	den_restart(&den);
	ada->live = bob->live = false;
	memset(&his, 0, sizeof(his));
	assert_true(den_enter(&den, ada) && den_enter(&den, bob));
	enter(ada, TALK, with(bob));
	enter(bob, TALK, with(ada));
	seal(ada, TALK, 2, "please");
	assert_int_equal(his.ears.error[TALK], FRAME_MUTED);
	/* He may say himself what he likes, and shut it too. */
	seal(bob, TALK, 2, "no");
	assert_true(ends_so(&his, "no"));
	his.ears.error[TALK] = 0;
	post(ada, TALK, 2, ENTRY_ACT, rule, "shut");
	assert_int_equal(his.ears.error[TALK], 0);
	post(ada, TALK, 3, ENTRY_ACT, rule, "unshut");
	post(bob, TALK, 3, ENTRY_ACT, rule, "unshut");
	seal(ada, TALK, 4, "thanks");
	assert_true(ends_so(&hers, "thanks"));
}

static void
ask_members(struct guest *g, uint32_t slot)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_room(&out, slot);
	frame_put_read(&out, 0, 0);
	den_say(&den, g, &out);
	den_run(&den, 50);
}

static void
both_are_its_members_by_their_names_of_now(void **state)
{
	static struct heard his, hers;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);
	bool higher = memcmp(ada->key.public, bob->key.public, NOISE_KEY) > 0;

	(void)state;
	enter(ada, TALK, with(bob));
	ask_members(ada, TALK);
	assert_int_equal(his.members, 2);
	assert_string_equal(his.who[higher], "ada");
	assert_string_equal(his.who[!higher], "bob");
	assert_int_equal(his.away[0] | his.away[1], 0);
	/* Called "1": that is nobody's name in a talk. */
	ears_ask_name(&den, bob, 1, "1");
	assert_int_equal(hers.ears.code, 0);
	ask_members(ada, TALK);
	assert_string_equal(his.who[!higher], "1");
	seal(ada, TALK, 1, "hi");
	assert_string_equal(his.author, higher ? "2" : "1");
	den_leave(&den, bob);
	ask_members(ada, TALK);
	assert_int_equal(his.away[!higher], FRAME_MEMBER_AWAY);
	assert_int_equal(his.away[higher], 0);
}

/* A name has nothing to do with it, nor has a server that ended. */
/* It stands in the title of who looks at it, who asks for nothing more. */
static void
that_one_goes_or_comes_the_other_is_told(void **state)
{
	static struct heard his, hers;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);

	(void)state;
	enter(ada, TALK, with(bob));
	enter(bob, TALK, with(ada));
	ask_members(ada, TALK);
	assert_int_equal(his.away[0] | his.away[1], 0);
	den_leave(&den, bob);
	den_run(&den, 10 * 1000);
	assert_int_not_equal(his.version, his.known);
	ask_members(ada, TALK);
	assert_int_not_equal(his.away[0] | his.away[1], 0);
	bob->live = false;
	assert_true(den_enter(&den, bob));
	enter(bob, TALK, with(ada));
	den_run(&den, 10 * 1000);
	assert_int_not_equal(his.version, his.known);
	ask_members(ada, TALK);
	assert_int_equal(his.away[0] | his.away[1], 0);
}

static void
a_post_comes_once_whatever_he_is_called(void **state)
{
	static struct heard his, hers;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);

	(void)state;
	enter(ada, TALK, with(bob));
	enter(bob, TALK, with(ada));
	seal(ada, TALK, 1, "once");
	ears_ask_name(&den, ada, 1, "eda");
	seal(ada, TALK, 1, "once");
	assert_int_equal(hers.entries, 1);
	den_restart(&den);
	ada->live = bob->live = false;
	assert_true(den_enter(&den, ada) && den_enter(&den, bob));
	enter(ada, TALK, with(bob));
	memset(&hers, 0, sizeof(hers));
	enter(bob, TALK, with(ada));
	seal(ada, TALK, 1, "once");
	assert_int_equal(hers.entries, 1);
	seal(ada, TALK, 2, "twice");
	assert_int_equal(hers.entries, 2);
	assert_true(ends_so(&hers, "twice"));
}

static void
of_several_devices_each_is_there_for_itself(void **state)
{
	static struct heard his, too, hers;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);
	struct guest *desk;

	(void)state;
	memset(&too, 0, sizeof(too));
	desk = ears_device(&den, ada, "ada", "192.0.2.1", &too.ears);
	desk->hear = hear;
	enter(ada, TALK, with(bob));
	enter(bob, TALK, with(ada));
	enter_by(desk, TALK, with(bob), 4711);
	seal(bob, TALK, 1, "to both");
	assert_true(ends_so(&his, "to both") && ends_so(&too, "to both"));
	/* By one he looks at it no more. */
	ears_leave(&den, ada, TALK);
	assert_true(his.ears.left[TALK] > 0);
	assert_int_equal(too.ears.left[TALK], 0);
	seal(bob, TALK, 2, "to one");
	assert_true(ends_so(&his, "to both") && ends_so(&too, "to one"));
	assert_int_equal(hers.entries, 2);
}

static void
one_that_nobody_looks_at_is_closed(void **state)
{
	static struct heard his, hers;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);
	struct talk_place *t;

	(void)state;
	enter(ada, TALK, with(bob));
	seal(ada, TALK, 1, "hi");
	t = talks_find(den.talks, ada->key.public, bob->key.public);
	assert_non_null(t);
	assert_non_null(t->open);
	den_leave(&den, ada);
	den_run(&den, 2 * ROOMLIST_IDLE_MS);
	assert_null(t->open);
	assert_int_equal(t->said, 2);
	enter(bob, TALK, with(ada));
	assert_non_null(t->open);
	assert_int_equal(hers.entries, 1);
}

/* The slot that it is offered by; 0: it is not. */
static uint32_t
offered(const struct heard *h)
{
	return h->offered;
}

static void
who_is_not_in_it_is_offered_it(void **state)
{
	static struct heard his, hers, its;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);
	struct guest *old;

	(void)state;
	memset(&its, 0, sizeof(its));
	old = ears_of(&den, bob, "bob", &its.ears);
	old->hear = hear;
	enter(ada, TALK, with(bob));
	assert_int_equal(offered(&hers), 0);
	seal(ada, TALK, 1, "hi");
	assert_int_equal(offered(&hers), 2);
	assert_string_equal(hers.name, "ada");
	assert_memory_equal(hers.key, ada->key.public, NOISE_KEY);
	assert_int_equal(offered(&his), 0);
	/* Its client of before knows nothing of that. */
	assert_int_equal(offered(&its), 0);
	/* It may have been lost. */
	hers.offered = 0;
	den_run(&den, 1000);
	assert_int_equal(offered(&hers), 2);
	/* By a slot that is offered nothing else is entered. */
	enter(bob, 2, "den");
	assert_true(hers.ears.left[2] > 0);
	enter(bob, 4, with(ada));
	assert_true(hers.ears.left[4] > 0);
	enter(bob, 2, with(ada));
	assert_memory_equal(hers.ears.said[2][2], "hi ", 3);
	hers.offered = 0;
	seal(ada, TALK, 2, "so");
	den_run(&den, 500);
	assert_int_equal(offered(&hers), 0);
	/* He answers there. */
	seal(bob, 2, 1, "yes");
	assert_true(ends_so(&his, "yes"));
}

static void
what_one_does_not_want_is_not_offered_before_more_is_said(void **state)
{
	static struct heard his, hers;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);

	(void)state;
	enter(ada, TALK, with(bob));
	seal(ada, TALK, 1, "hi");
	assert_int_equal(offered(&hers), 2);
	ears_leave(&den, bob, 2);
	hers.offered = 0;
	den_run(&den, 20 * 1000);
	assert_int_equal(offered(&hers), 0);
	seal(ada, TALK, 2, "there?");
	assert_int_equal(offered(&hers), 4);
	/* Who sleeps is told when he is heard. */
	den_run(&den, 5 * 60 * 1000);
	hers.offered = 0;
	den_run(&den, 5 * 60 * 1000);
	assert_int_equal(offered(&hers), 0);
	ask_members(bob, LAB);
	assert_int_equal(offered(&hers), 4);
	/* Or enters it by his own. */
	enter(bob, OPS, with(ada));
	hers.offered = 0;
	den_run(&den, 10000);
	seal(ada, TALK, 3, "there?");
	assert_int_equal(offered(&hers), 0);
}

static void
who_comes_is_offered_what_he_has_not_read(void **state)
{
	static struct heard his, hers, its, new;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);
	struct guest *cat = member("cat", "192.0.2.3", &its);
	struct guest *desk;
	const uint8_t *id;
	struct frame_mark m;
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)state;
	enter(ada, TALK, with(bob));
	enter(cat, TALK, with(bob));
	seal(ada, TALK, 1, "hi");
	seal(cat, TALK, 1, "hello");
	/* He has read the one, and says so. */
	id = talks_find(den.talks, ada->key.public, bob->key.public)->id;
	enter(bob, TALK, with(ada));
	memcpy(m.log_id, id, sizeof(m.log_id));
	m.seq = 2;
	frame_put_marks(&out, 0, &m, 1);
	den_say(&den, bob, &out);
	memset(&new, 0, sizeof(new));
	desk = ears_device(&den, bob, "bob", "192.0.2.2", &new.ears);
	desk->hear = hear;
	assert_int_equal(offered(&new), 0);
	den_run(&den, 1000);
	assert_int_equal(offered(&new), 2);
	assert_string_equal(new.name, "cat");
	/* What he says himself is new to it, too. */
	seal(bob, TALK, 1, "hi ada");
	assert_int_equal(new.ears.entered[4] > 0, true);
	assert_string_equal(new.name, "ada");
}

static void
ask_talks(struct guest *g)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct heard *h = g->arg;

	h->listed = 0;
	frame_put_ask(&out, FRAME_ASK_TALKS, 0);
	den_say(&den, g, &out);
	den_run(&den, 50);
}

static void
ones_own_talks_are_listed(void **state)
{
	static struct heard his, hers, its;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);
	struct guest *cat = member("cat", "192.0.2.3", &its);

	(void)state;
	enter(ada, TALK, with(bob));
	ask_talks(bob);
	assert_int_equal(hers.listed, 0);
	seal(ada, TALK, 1, "hi");
	enter(cat, TALK, with(bob));
	seal(cat, TALK, 1, "hello");
	enter(bob, TALK, with(cat));
	den_leave(&den, ada);
	ask_talks(bob);
	assert_int_equal(hers.listed, 2);
	assert_memory_equal(hers.of[0].key, cat->key.public, NOISE_KEY);
	assert_string_equal(hers.of[0].name, "cat");
	assert_int_equal(hers.of[0].flags, FRAME_TALK_IN | FRAME_TALK_HERE);
	assert_int_equal(hers.of[0].said, 2);
	assert_string_equal(hers.of[1].name, "ada");
	assert_int_equal(hers.of[1].flags, 0);
	ask_talks(cat);
	assert_int_equal(its.listed, 1);
	/* Closed, or by another server, it is the same. */
	den_restart(&den);
	bob->live = false;
	assert_true(den_enter(&den, bob));
	ask_talks(bob);
	assert_int_equal(hers.listed, 2);
	assert_int_equal(hers.of[0].said, 2);
}

/* Nobody has written down how much was said. */
static void
after_a_crash_it_is_offered_all_the_same(void **state)
{
	static struct heard his, hers;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);
	struct talk_place *t;

	(void)state;
	enter(ada, TALK, with(bob));
	seal(ada, TALK, 1, "hi");
	enter(bob, TALK, with(ada));
	seal(bob, TALK, 1, "yes");
	den_restart(&den);
	ada->live = bob->live = false;
	assert_true(den_enter(&den, ada));
	enter(ada, TALK, with(bob));
	seal(ada, TALK, 2, "well");
	den_crash(&den);
	ada->live = bob->live = false;
	t = talks_find(den.talks, ada->key.public, bob->key.public);
	assert_non_null(t);
	assert_int_equal(t->said, 3);
	hers.offered = 0;
	assert_true(den_enter(&den, bob));
	den_run(&den, 1000);
	assert_int_equal(t->said, 5);
	assert_int_equal(offered(&hers), 2);
	den_run(&den, 2 * ROOMLIST_IDLE_MS);
	assert_null(t->open);
	assert_true(talks_is_known(t));
	assert_true(den_enter(&den, bob));
	memset(&hers, 0, sizeof(hers));
	enter(bob, TALK, with(ada));
	assert_int_equal(hers.entries, 3);
}

static void
ban(const struct guest *g)
{
	struct ban b = { .kind = BAN_KEY };

	fingerprint_text(b.what, g->key.public);
	assert_true(hub_ban(den.hub, den.now_ms, den.now_ms, &b, NULL, NULL,
	    NULL));
	den_run(&den, 50);
}

static void
who_is_banned_is_out_of_his_talks(void **state)
{
	static struct heard his, hers;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);

	(void)state;
	enter(ada, TALK, with(bob));
	enter(bob, TALK, with(ada));
	seal(ada, TALK, 1, "hi");
	seal(bob, TALK, 1, "hi");
	ban(ada);
	assert_int_equal(his.ears.error[LAB], FRAME_KICKED);
	assert_int_equal(his.ears.error[TALK], FRAME_KICKED);
	seal(ada, TALK, 2, "you too");
	assert_int_equal(hers.entries, 2);
	his.ears.error[TALK + 2] = 0;
	enter(ada, TALK + 2, with(bob));
	assert_int_equal(his.ears.error[TALK + 2], FRAME_KICKED);
	/* The other one goes on: it is his as well. */
	seal(bob, TALK, 2, "gone");
	assert_int_equal(hers.entries, 3);
}

static void
who_may_not_be_in_the_home_room_has_no_talk(void **state)
{
	static struct heard his, hers;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);
	struct hub_person who;
	size_t keys;

	(void)state;
	enter(ada, TALK, with(bob));
	seal(ada, TALK, 1, "hi");
	enter(ada, OPS, "ops");
	assert_int_equal(hub_close_room(den.hub, den.now_ms, den.now_ms,
	    &keys), HUB_ACT_OK);
	assert_true(hub_look(den.hub, den.now_ms, "ada", 3, &who));
	assert_int_equal(hub_disallow(den.hub, den.now_ms, den.now_ms, &who),
	    HUB_ACT_OK);
	den_run(&den, 50);
	assert_int_equal(his.ears.error[TALK], FRAME_CLOSED);
	assert_int_equal(his.ears.error[OPS], 0);
	enter(ada, TALK + 2, with(bob));
	assert_int_equal(his.ears.error[TALK + 2], FRAME_CLOSED);
	assert_int_equal(hers.ears.error[LAB], 0);
}

static void
no_operator_sees_who_is_in_one(void **state)
{
	static struct heard his, hers;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);

	(void)state;
	enter(ada, TALK, with(bob));
	enter(bob, TALK, with(ada));
	seal(bob, TALK, 1, "hi");
	assert_int_equal(hub_people(den.hub), 2);
	assert_int_equal(hub_rooms(den.hub), 2);
	assert_int_equal(hub_announce(den.hub, den.now_ms, den.now_ms, "hear",
	    4), HUB_TEXT_OK);
	den_run(&den, 50);
	assert_int_equal(hers.entries, 1);
	assert_int_equal(hub_kick(den.hub, den.now_ms, den.now_ms, "1", 1, ""),
	    HUB_ACT_NOBODY);
}

static void
talks_may_be_off_or_for_operators(void **state)
{
	static struct heard his, hers;
	struct guest *ada, *bob;

	(void)state;
	den.talks_for = HUB_TALKS_OPS;
	den.members_open = true;
	den_restart(&den);
	ada = member("ada", "192.0.2.1", &his);
	bob = member("bob", "192.0.2.2", &hers);
	enter(ada, TALK, with(bob));
	assert_int_equal(his.ears.error[TALK], FRAME_NO_TALK);
	ears_enter_with(&den, bob, OPS, "bobs", FRAME_ENTER_MAKES);
	enter(ada, TALK + 2, with(bob));
	assert_true(his.ears.entered[TALK + 2] > 0);
	seal(ada, TALK + 2, 1, "hi");
	assert_int_equal(offered(&hers), 2);
	den.talks_for = HUB_TALKS_OFF;
	den_restart(&den);
	ada->live = false;
	his.ears.error[TALK] = 0;
	assert_true(den_enter(&den, ada));
	enter(ada, TALK, with(bob));
	assert_int_equal(his.ears.error[TALK], FRAME_NO_TALK);
	/* Nor is there one to be seen. */
	bob->live = false;
	hers.offered = 0;
	assert_true(den_enter(&den, bob));
	enter(bob, LAB, "den");
	den_run(&den, 2000);
	assert_int_equal(offered(&hers), 0);
	ask_talks(bob);
	assert_int_equal(hers.listed, 0);
}

static void
who_was_closed_out_is_offered_none(void **state)
{
	static struct heard his, hers;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);
	struct hub_person who;
	size_t keys;

	(void)state;
	enter(ada, TALK, with(bob));
	assert_int_equal(hub_close_room(den.hub, den.now_ms, den.now_ms,
	    &keys), HUB_ACT_OK);
	assert_true(hub_look(den.hub, den.now_ms, "bob", 3, &who));
	assert_int_equal(hub_disallow(den.hub, den.now_ms, den.now_ms, &who),
	    HUB_ACT_OK);
	den_run(&den, 50);
	seal(ada, TALK, 1, "hi");
	den_run(&den, 1000);
	assert_int_equal(offered(&hers), 0);
	ask_talks(bob);
	assert_int_equal(hers.listed, 0);
	who.key = NULL;
	assert_int_equal(hub_open_room(den.hub, den.now_ms, den.now_ms),
	    HUB_ACT_OK);
	ask_talks(bob);
	assert_int_equal(hers.listed, 1);
	seal(ada, TALK, 2, "hi again");
	assert_int_equal(offered(&hers), 2);
}

/* Else they would be used up one day. */
static void
slots_of_before_are_offered_again_by_the_next_session(void **state)
{
	static struct heard his, hers;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);

	(void)state;
	enter(ada, TALK, with(bob));
	seal(ada, TALK, 1, "hi");
	assert_int_equal(offered(&hers), 2);
	ears_leave(&den, bob, 2);
	assert_true(den_enter(&den, bob));
	hers.offered = 0;
	den_run(&den, 1000);
	assert_int_equal(offered(&hers), 2);
	enter(bob, 2, with(ada));
	assert_true(den_enter(&den, bob));
	ears_leave(&den, bob, LAB);
	enter(bob, OPS, "den");
	/* The seat is still his. */
	seal(bob, 2, 1, "yes");
	assert_true(ends_so(&his, "yes"));
	enter(ada, TALK + 2, with(ada));
	enter(bob, OPS + 2, with(bob));
	hers.offered = 0;
	ears_leave(&den, bob, 2);
	seal(ada, TALK, 2, "so");
	assert_int_equal(offered(&hers), 4);
}

static void
so_many_may_stay_unanswered(void **state)
{
	static struct heard his, hers[TALKS_UNANSWERED + 1];
	struct guest *ada = member("ada", "192.0.2.1", &his), *other;
	char name[16], ip[16];
	unsigned i;

	(void)state;
	for (i = 0; i <= TALKS_UNANSWERED; i++) {
		snprintf(name, sizeof(name), "other%u", i);
		snprintf(ip, sizeof(ip), "192.0.2.%u", 10 + i);
		other = member(name, ip, &hers[i]);
		enter(ada, TALK + 2 * i, with(other));
	}
	i = TALK + 2 * TALKS_UNANSWERED;
	assert_int_equal(his.ears.error[i], FRAME_QUOTA);
	assert_int_equal(his.ears.error[i - 2], 0);
	assert_int_equal(talks_count(den.talks), TALKS_UNANSWERED);
	enter(den.guest[1], TALK, with(ada));
	seal(den.guest[1], TALK, 1, "yes?");
	enter(ada, i + 2, with(other));
	assert_true(his.ears.entered[i + 2] > 0);
}

/* As descriptors are: whoever sits in many talks shuts nobody out of the only
 * one that he wants. */
static void
who_sits_in_many_makes_room_for_who_sits_in_few(void **state)
{
	static struct heard his, hers[5];
	struct guest *ada, *other[5];
	unsigned i, lost = 0;
	char name[16];

	(void)state;
	den.open_max = 4;
	den_restart(&den);
	ada = member("ada", "192.0.2.1", &his);
	for (i = 0; i < 5; i++) {
		snprintf(name, sizeof(name), "other%u", i);
		other[i] = member(name, "192.0.2.2", &hers[i]);
	}
	for (i = 0; i < 3; i++)
		enter(ada, TALK + 2 * i, with(other[i]));
	assert_true(his.ears.entered[TALK + 4] > 0);
	enter(ada, TALK + 6, with(other[3]));
	assert_int_equal(his.ears.error[TALK + 6], FRAME_NO_SPACE);
	enter(other[4], TALK, with(other[3]));
	assert_true(hers[4].ears.entered[TALK] > 0);
	seal(ada, TALK, 1, "one");
	seal(ada, TALK + 2, 1, "two");
	seal(ada, TALK + 4, 1, "three");
	for (i = 0; i < 3; i++)
		lost += his.ears.error[TALK + 2 * i] == FRAME_NO_ROOM;
	assert_int_equal(lost, 1);
	/* He comes into it for nobody else's, who sits in as few then. */
	den_run(&den, 11 * 1000);
	for (i = 0; i < 3; i++)
		enter(ada, TALK + 8 + 2 * i, with(other[i]));
	enter(other[3], TALK, with(other[0]));
	assert_true(hers[3].ears.entered[TALK] > 0);
	enter(other[1], TALK, with(other[2]));
	assert_int_equal(hers[1].ears.error[TALK], FRAME_NO_SPACE);
	seal(other[4], TALK, 1, "here still");
	assert_int_equal((uint32_t)hers[4].ears.posted[TALK], 2);
}

/* Each waits for the disk, and everybody with it. */
static void
some_are_opened_at_once_and_others_soon(void **state)
{
	static struct heard his, hers[6];
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct guest *ada = member("ada", "192.0.2.1", &his), *other[6];
	unsigned i, n = 0;
	char name[16];

	(void)state;
	for (i = 0; i < 6; i++) {
		snprintf(name, sizeof(name), "other%u", i);
		other[i] = member(name, "192.0.2.2", &hers[i]);
		ears_put_enter(&out, TALK + 2 * i, with(other[i]));
	}
	den_say(&den, ada, &out);
	/* Who has opened none has not to wait for who has. */
	enter(other[0], TALK, with(other[1]));
	assert_true(hers[0].ears.entered[TALK] > 0);
	for (i = 0; i < 6; i++) {
		n += his.ears.entered[TALK + 2 * i] > 0;
		if (his.ears.entered[TALK + 2 * i] > 0)
			continue;
		assert_int_equal(his.ears.error[TALK + 2 * i],
		    FRAME_LIMIT_RATE);
		assert_int_equal(his.ears.wait[TALK + 2 * i], 100);
	}
	assert_int_equal(n, 2);
	for (i = 0; i < 6; i++) {
		den_run(&den, 50);
		enter(ada, TALK + 2 * i, with(other[i]));
	}
	for (i = 0; i < 6; i++)
		assert_true(his.ears.entered[TALK + 2 * i] > 0);
}

/* What took a while is not done again at once. */
static void
where_the_disk_is_slow_fewer_are_opened(void **state)
{
	static struct heard his, hers, its;
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);
	struct guest *eve = member("eve", "192.0.2.3", &its);

	(void)state;
	ears_put_enter(&out, TALK, with(bob));
	den_say(&den, ada, &out);
	den.now_ms += 200;
	den_run(&den, 0);
	enter(bob, TALK, with(eve));
	assert_int_equal(hers.ears.error[TALK], FRAME_LIMIT_RATE);
	den_run(&den, 400);
	enter(bob, TALK, with(eve));
	assert_int_equal(hers.ears.entered[TALK], 0);
	den_run(&den, 200);
	enter(bob, TALK, with(eve));
	assert_true(hers.ears.entered[TALK] > 0);
}

/* Where nobody has one none is opened, nor written to. */
static void
where_there_are_none_those_of_a_crash_are_left_alone(void **state)
{
	static struct heard his, hers;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);
	struct talk_place *t;
	unsigned i;

	(void)state;
	enter(ada, TALK, with(bob));
	seal(ada, TALK, 1, "hi");
	den.talks_for = HUB_TALKS_OFF;
	den_crash(&den);
	for (i = 0; i < 10; i++) {
		den_run(&den, 10);
		assert_int_equal(hub_figures(den.hub).talks_open, 0);
	}
	t = talks_find(den.talks, ada->key.public, bob->key.public);
	assert_non_null(t);
	assert_false(talks_is_known(t));
	/* Where there are some again they are read then. */
	den.talks_for = HUB_TALKS_MEMBERS;
	den_restart(&den);
	den_run(&den, 10);
	t = talks_find(den.talks, ada->key.public, bob->key.public);
	assert_int_equal(t->said, 2);
}

static unsigned turns;

static void
count_turn(void *arg)
{
	(void)arg;
	turns++;
}

/* There may be hundreds of them, in each turn. */
static void
where_nothing_happens_nobody_looks(void **state)
{
	static struct heard his, hers;
	const struct room_watch watch = { .turned = count_turn };
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);
	unsigned was, i;

	(void)state;
	enter(ada, TALK, with(bob));
	enter(bob, TALK, with(ada));
	seal(ada, TALK, 1, "hi");
	room_watch(talks_find(den.talks, ada->key.public,
	    bob->key.public)->open->room, &watch);
	den_run(&den, 5000);
	was = turns;
	for (i = 0; i < 100; i++)
		ears_say(&den, ada, LAB, i + 1, "to all");
	assert_int_equal(turns, was);
	/* And there it is, as soon as anything does. */
	seal(bob, TALK, 1, "hi yourself");
	assert_true(ends_so(&his, "hi yourself"));
	assert_true(turns > was);
	seal(ada, TALK, 2, "well");
	assert_true(ends_so(&hers, "well"));
}

static struct disk below;
static unsigned syncs;

static int
count_sync(void *arg, int fd)
{
	syncs++;
	return below.sync(arg, fd);
}

static int
count_sync_dir(void *arg, const char *path)
{
	syncs++;
	return below.sync_dir(arg, path);
}

/* That there is one, its directory, and there its log: a file, its names and
 * its first entry. */
static void
a_new_one_waits_for_the_disk_no_more_than_it_has_to(void **state)
{
	static struct heard his, hers;
	struct guest *ada = member("ada", "192.0.2.1", &his);
	struct guest *bob = member("bob", "192.0.2.2", &hers);

	(void)state;
	enter(ada, TALK, with(ada));
	below = den.disk;
	den.disk.sync = count_sync;
	den.disk.sync_dir = count_sync_dir;
	syncs = 0;
	enter(ada, TALK + 2, with(bob));
	assert_true(his.ears.entered[TALK + 2] > 0);
	assert_int_equal(syncs, 6);
	den.disk = below;
	/* And it is there after a crash. */
	seal(ada, TALK + 2, 1, "hi");
	den_crash(&den);
	assert_non_null(talks_find(den.talks, ada->key.public,
	    bob->key.public));
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, open_den, close_den)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_one_says_the_other_gets_and_nobody_else),
		TEST(no_private_word_is_in_clear_and_none_sealed_in_a_room),
		TEST(a_stranger_has_no_talk_and_hears_of_nobody),
		TEST(who_has_met_him_may_write_to_who_is_away),
		TEST(who_is_not_answered_says_little),
		TEST(and_not_much_either),
		TEST(with_oneself_it_is_a_notebook),
		TEST(who_shuts_it_takes_nothing_more),
		TEST(both_are_its_members_by_their_names_of_now),
		TEST(that_one_goes_or_comes_the_other_is_told),
		TEST(a_post_comes_once_whatever_he_is_called),
		TEST(of_several_devices_each_is_there_for_itself),
		TEST(one_that_nobody_looks_at_is_closed),
		TEST(who_is_not_in_it_is_offered_it),
		TEST(what_one_does_not_want_is_not_offered_before_more_is_said),
		TEST(who_comes_is_offered_what_he_has_not_read),
		TEST(ones_own_talks_are_listed),
		TEST(after_a_crash_it_is_offered_all_the_same),
		TEST(who_is_banned_is_out_of_his_talks),
		TEST(who_may_not_be_in_the_home_room_has_no_talk),
		TEST(no_operator_sees_who_is_in_one),
		TEST(talks_may_be_off_or_for_operators),
		TEST(where_there_are_none_those_of_a_crash_are_left_alone),
		TEST(who_was_closed_out_is_offered_none),
		TEST(slots_of_before_are_offered_again_by_the_next_session),
		TEST(so_many_may_stay_unanswered),
		TEST(some_are_opened_at_once_and_others_soon),
		TEST(where_the_disk_is_slow_fewer_are_opened),
		TEST(who_sits_in_many_makes_room_for_who_sits_in_few),
		TEST(where_nothing_happens_nobody_looks),
		TEST(a_new_one_waits_for_the_disk_no_more_than_it_has_to)
	};

	return tests_run(tests, NULL, NULL);
}
