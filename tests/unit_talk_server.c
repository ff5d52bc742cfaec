/*
 * Talks at the server: two keys have one, nobody else knows of it, and what is
 * said there is nothing that a server can read.
 */
#include <sodium.h>
#include <string.h>

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
	char		 author[8];			/* of the last one */
	uint32_t	 role;
	char		 text[64];
	unsigned	 members;
	char		 who[2][TEXT_NAME_BYTES + 1];
	uint8_t		 away[2];
	char		 reason[32];
};

static void
take_entries(struct heard *h, struct frame *f)
{
	struct entry e;

	while (frame_next_entry(f, &e)) {
		if (e.kind == ENTRY_START)
			continue;
		h->entries++;
		snprintf(h->author, sizeof(h->author), "%.*s",
		    (int)e.author_len, e.author);
		h->role = entry_role(e.flags);
		snprintf(h->text, sizeof(h->text), "%.*s", (int)e.text_len,
		    e.text);
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
	}
	if (h->ears.slot != TALK)
		return;
	if (f->type == FRAME_ERROR)
		snprintf(h->reason, sizeof(h->reason), "%.*s",
		    (int)f->text_len, f->text);
	if (f->type == FRAME_SEAT || f->type == FRAME_ENTRIES)
		take_entries(h, f);
	if (f->type != FRAME_MEMBERS)
		return;
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

#define TEST(f)	cmocka_unit_test_setup_teardown(f, open_den, close_den)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_one_says_the_other_gets_and_nobody_else)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
