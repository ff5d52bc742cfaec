/*
 * One person, another key: what was the first one's is the second one's, in
 * all rooms, over a crash and a restart; and the first one is out for good.
 */
#include <sodium.h>
#include <string.h>

#include "common/fingerprint.h"
#include "common/frame_put.h"
#include "common/rule.h"
#include "common/wire.h"
#include "server/hub_parts.h"
#include "server/room/room_say.h"
#include "server/room/ban.h"
#include "server/room/marks.h"
#include "tests/with_cmocka.h"
#include "tests/with_ears.h"

static struct den d;
static struct guest *bob, *heir;

static const char *
print(const struct guest *g)
{
	static char text[2][FINGERPRINT_TEXT];
	static unsigned next;

	return fingerprint_text(text[next++ % 2], g->key.public);
}

static enum hub_act
rekey(const struct guest *from, const struct guest *to)
{
	enum hub_act act = hub_rekey(d.hub, d.now_ms, d.now_ms,
	    from->key.public, to->key.public);

	den_run(&d, 100);
	return act;
}

/* He is here, has said something, and has another key, by no session yet. */
static int
set_up(void **state)
{
	(void)state;
	den_open(&d, 0);
	bob = den_guest(&d, "Bob", "192.0.2.1");
	heir = den_guest(&d, "Bob", "192.0.2.1");
	return den_enter(&d, bob) && den_line(&d, bob, "hello") ? 0 : 1;
}

static int
tear_down(void **state)
{
	(void)state;
	den_close(&d);
	return 0;
}

static struct hub_person
look(const char *name)
{
	struct hub_person who;

	assert_true(hub_look(d.hub, d.now_ms, name, strlen(name), &who));
	return who;
}

/* How many rules there are of that word, in that log; the last one is *text. */
static unsigned
rules(struct log *log, enum rule_word word, char text[RULE_BYTES])
{
	struct frame_position head = log_head(log);
	const uint8_t *bytes;
	struct wire_in in;
	struct entry e;
	struct rule r;
	uint64_t seq;
	unsigned n = 0;
	size_t len;

	for (seq = log_first(log); seq <= head.seq; seq++) {
		bytes = log_read(log, seq, &len);
		assert_non_null(bytes);
		in = wire_in(bytes, len);
		assert_int_equal(entry_decode(&in, &e), ENTRY_OK);
		if (!entry_is_rule(&e) || !rule_parse(&r, e.text,
		    e.text_len) || r.word != word)
			continue;
		n++;
		snprintf(text, RULE_BYTES, "%.*s", (int)e.text_len, e.text);
	}
	return n;
}

static void
assert_rekeyed(struct log *log, const char *name)
{
	char text[RULE_BYTES], want[RULE_BYTES];

	assert_int_equal(rules(log, RULE_REKEY, text), 1);
	snprintf(want, sizeof(want), "rekey%s%s =%s: %s", *name == '\0' ? "" :
	    " ", name, print(heir), print(bob));
	assert_string_equal(text, want);
}

static void
assert_is_out(struct guest *g)
{
	g->error = 0;
	assert_false(den_enter(&d, g) && g->error == 0);
	assert_int_equal(g->error, FRAME_KICKED);
}

/* He is told which key came after his. */
static void
assert_names_heir(const struct ears *e)
{
	char want[64];

	assert_int_equal(e->why, FRAME_KICKED);
	snprintf(want, sizeof(want), "rekeyed %s", print(heir));
	assert_string_equal(e->reason, want);
}

static void
who_has_another_key_goes_on_by_it(void **state)
{
	(void)state;
	assert_int_equal(rekey(bob, heir), HUB_ACT_OK);
	assert_int_equal(bob->error, FRAME_KICKED);
	assert_string_equal(look("bob").fingerprint, print(heir));
	assert_rekeyed(d.log, "Bob");
	/* He never was away. */
	assert_true(den_enter(&d, heir));
	assert_int_equal(heir->error, 0);
	assert_true(den_line(&d, heir, "me again"));
	assert_int_equal(den_count(&d, ENTRY_JOIN, NULL), 1);
	assert_int_equal(den_count(&d, ENTRY_LEAVE, NULL), 0);
	assert_is_out(bob);
	strcpy(bob->name, "rob");
	assert_is_out(bob);
	den_restart(&d);
	assert_is_out(bob);
	assert_true(den_enter(&d, heir));
	assert_string_equal(look("bob").fingerprint, print(heir));
	assert_rekeyed(d.log, "Bob");
}

static void
who_does_not_come_by_it_is_gone_after_a_while(void **state)
{
	(void)state;
	assert_int_equal(rekey(bob, heir), HUB_ACT_OK);
	den_run(&d, HUB_GHOST_MS - 1000);
	assert_int_equal(den_count(&d, ENTRY_TIMEOUT, "Bob"), 0);
	den_run(&d, 2000);
	assert_int_equal(den_count(&d, ENTRY_TIMEOUT, "Bob"), 1);
	assert_string_equal(look("bob").fingerprint, print(heir));
}

static void
who_is_here_by_both_is_here_once(void **state)
{
	(void)state;
	strcpy(heir->name, "rob");
	assert_true(den_enter(&d, heir));
	assert_int_equal(rekey(bob, heir), HUB_ACT_OK);
	assert_int_equal(den_count(&d, ENTRY_LEAVE, "Bob"), 1);
	assert_int_equal(hub_people(d.hub), 1);
	assert_true(den_rename(&d, heir, "Bob"));
	assert_rekeyed(d.log, "Bob");
}

static void
a_key_is_replaced_once(void **state)
{
	struct guest *other = den_guest(&d, "eve", "192.0.2.3");

	(void)state;
	assert_int_equal(rekey(bob, bob), HUB_ACT_NOBODY);
	assert_int_equal(rekey(bob, heir), HUB_ACT_OK);
	assert_int_equal(rekey(bob, heir), HUB_ACT_ALREADY);
	assert_int_equal(rekey(bob, other), HUB_ACT_NOBODY);
	assert_int_equal(rekey(heir, bob), HUB_ACT_NOBODY);
	assert_rekeyed(d.log, "Bob");
	/* And that one again. */
	assert_int_equal(rekey(heir, other), HUB_ACT_OK);
	assert_string_equal(look("bob").fingerprint, print(other));
	assert_is_out(heir);
}

static void
mute(const struct guest *g)
{
	struct hub_person who = { .key = g->key.public };

	fingerprint_text(who.fingerprint, g->key.public);
	assert_int_equal(hub_mute(d.hub, d.now_ms, d.now_ms, &who, 0, "loud"),
	    HUB_ACT_OK);
}

static void
ban(const struct guest *g, int64_t until_ms)
{
	struct ban b = { .until_ms = until_ms };

	assert_int_equal(ban_parse(&b, print(g)), BAN_TEXT_OK);
	assert_true(hub_ban(d.hub, d.now_ms, d.now_ms, &b, NULL, NULL, NULL));
	den_run(&d, 0);
}

static bool
is_muted(const struct guest *g)
{
	struct standing_mute m;

	return room_has_muted(d.hub->room, d.now_ms, g->key.public, &m);
}

static void
it_is_no_way_out(void **state)
{
	(void)state;
	mute(bob);
	assert_int_equal(rekey(bob, heir), HUB_ACT_OK);
	assert_true(is_muted(heir));
	assert_true(den_enter(&d, heir));
	assert_false(den_line(&d, heir, "loud"));
}

static void
who_is_banned_is_so_by_the_other_key(void **state)
{
	(void)state;
	ban(bob, 0);
	assert_int_equal(rekey(bob, heir), HUB_ACT_OK);
	assert_true(bans_match(d.bans, d.now_ms, NULL, heir->key.public,
	    NULL));
	assert_is_out(heir);
}

/* Of two bans that come to one key, each would have its own end. */
static void
of_two_bans_the_longer_one_counts(void **state)
{
	struct guest *eve = den_guest(&d, "eve", "192.0.2.3");
	struct ban b = { .until_ms = d.now_ms + 2000000 };

	(void)state;
	ban(bob, d.now_ms + 1000000);
	ban(eve, b.until_ms);
	assert_int_equal(rekey(bob, heir), HUB_ACT_OK);
	assert_int_equal(rekey(eve, heir), HUB_ACT_OK);
	ban_of_key(&b, heir->key.public);
	assert_true(bans_has(d.bans, d.now_ms, &b));
}

static void
who_is_allowed_is_so_by_the_other_key(void **state)
{
	size_t keys;

	(void)state;
	assert_int_equal(hub_close_room(d.hub, d.now_ms, d.now_ms, &keys),
	    HUB_ACT_OK);
	assert_int_equal(keys, 1);
	assert_int_equal(rekey(bob, heir), HUB_ACT_OK);
	assert_true(den_enter(&d, heir));
	assert_int_equal(heir->error, 0);
	assert_int_equal(standing_keys(d.hub->room->standing), 1);
}

/* It is in the file, and nothing else has come about. */
static void
what_a_crash_kept_from_him_comes_at_the_next_start(void **state)
{
	(void)state;
	mute(bob);
	assert_true(heirs_add(d.heirs, d.now_ms, bob->key.public,
	    heir->key.public));
	den_restart(&d);
	assert_string_equal(look("bob").fingerprint, print(heir));
	assert_true(is_muted(heir));
	assert_false(is_muted(bob));
	assert_is_out(bob);
	assert_rekeyed(d.log, "");
	den_restart(&d);
	assert_rekeyed(d.log, "");
}

/* It is so, or it is not, for all that is his. */
static void
wherever_it_is_cut_off_it_is_one_or_the_other(void **state)
{
	const struct guest *is, *was;
	unsigned n, out = 0;
	bool died = true;

	for (n = 0; died; n++) {
		if (n > 0) {
			den_close(&d);
			assert_int_equal(set_up(state), 0);
		}
		mute(bob);
		memdisk_die(d.mem, n);
		rekey(bob, heir);
		died = memdisk_died(d.mem);
		den_restart(&d);
		is = heirs_find(d.heirs, bob->key.public) != NULL ? heir : bob;
		was = is == bob ? heir : bob;
		out += is == heir;
		assert_memory_equal(log_lease_owner(d.log, d.now_ms, "bob"),
		    is->key.public, NOISE_KEY);
		assert_true(is_muted(is));
		assert_false(is_muted(was));
	}
	assert_true(n > 4 && out > 1 && out < n);
}

static void
a_full_disk_changes_nothing(void **state)
{
	char text[RULE_BYTES];

	(void)state;
	memdisk_limit(d.mem, memdisk_bytes(d.mem));
	assert_int_equal(rekey(bob, heir), HUB_ACT_NO_SPACE);
	memdisk_limit(d.mem, UINT64_MAX);
	assert_int_equal(rules(d.log, RULE_REKEY, text), 0);
	assert_string_equal(look("bob").fingerprint, print(bob));
	assert_true(den_line(&d, bob, "still here"));
	assert_int_equal(rekey(bob, heir), HUB_ACT_OK);
}

/* It was decided; then the disk has no room for more for a while. */
static void
names_move_when_the_disk_lets_them(void **state)
{
	int i;

	(void)state;
	assert_true(heirs_add(d.heirs, d.now_ms, bob->key.public,
	    heir->key.public));
	memdisk_limit(d.mem, memdisk_bytes(d.mem));
	hub_begin_heirs(d.hub);
	den_run(&d, 100);
	assert_memory_equal(log_lease_owner(d.log, d.now_ms, "bob"),
	    bob->key.public, NOISE_KEY);
	memdisk_limit(d.mem, UINT64_MAX);
	for (i = 0; i < 10; i++)
		den_run(&d, 500);
	assert_memory_equal(log_lease_owner(d.log, d.now_ms, "bob"),
	    heir->key.public, NOISE_KEY);
}

static struct {
	unsigned	 n;
	uint8_t		 key[NOISE_KEY];
} person;

static void
hear_person(struct guest *g, struct frame *f)
{
	(void)g;
	if (f->type != FRAME_PERSON)
		return;
	assert_non_null(f->bytes);
	person.n++;
	memcpy(person.key, f->bytes, NOISE_KEY);
}

/* Who hears of it and asks whose the name is, is told the truth at once: what
 * he has to say is for nobody else. */
static void
whose_a_name_is_is_told_before_it_has_moved(void **state)
{
	struct guest *ann = den_guest(&d, "ann", "192.0.2.2");
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)state;
	memset(&person, 0, sizeof(person));
	ann->hear = hear_person;
	assert_true(den_enter(&d, ann));
	frame_put_whois(&out, "bob", 3);
	den_say(&d, ann, &out);
	assert_int_equal(person.n, 1);
	assert_memory_equal(person.key, bob->key.public, NOISE_KEY);
	assert_true(heirs_add(d.heirs, d.now_ms, bob->key.public,
	    heir->key.public));
	memdisk_limit(d.mem, memdisk_bytes(d.mem));
	hub_begin_heirs(d.hub);
	den_run(&d, 100);
	assert_memory_equal(log_lease_owner(d.log, d.now_ms, "bob"),
	    bob->key.public, NOISE_KEY);
	den_say(&d, ann, &out);
	assert_int_equal(person.n, 2);
	assert_memory_equal(person.key, heir->key.public, NOISE_KEY);
}

static const uint8_t *
den_log(void)
{
	static struct frame_position head;

	head = log_head(d.log);
	return head.log_id;
}

/* In two rooms by two devices; all of it goes on by the other key. */
static void
all_devices_and_all_rooms_are_of_the_other_key(void **state)
{
	struct ears ears[4];
	size_t ops;
	struct guest *one, *two;
	struct person *was, *is;
	unsigned joins;

	(void)state;
	den_open_people(&d);
	ops = den_open_room(&d, "ops");
	bob = one = ears_device(&d, NULL, "Bob", "192.0.2.1", &ears[0]);
	ears_enter(&d, one, LAB, "den");
	ears_enter(&d, one, OPS, "ops");
	two = ears_device(&d, one, "Bob", "192.0.2.2", &ears[1]);
	ears_enter(&d, two, LAB, "den");
	was = persons_find(d.persons, one->key.public);
	assert_non_null(was);
	assert_true(marks_move(d.marks, was, den_log(), 1));
	heir = den_guest(&d, "Bob", "192.0.2.1");
	assert_int_equal(ears[1].entered[LAB] > 0, 1);
	joins = den_count(&d, ENTRY_JOIN, NULL);
	assert_int_equal(rekey(one, heir), HUB_ACT_OK);
	is = persons_find(d.persons, heir->key.public);
	assert_non_null(is);
	assert_int_equal(marks_find(is, den_log())->seq, 1);
	assert_null(marks_next(was, NULL));
	assert_int_equal(ears[0].why, FRAME_KICKED);
	assert_names_heir(&ears[0]);
	assert_int_equal(ears[1].why, FRAME_KICKED);
	assert_rekeyed(d.log, "Bob");
	assert_rekeyed(d.rooms[ops], "Bob");
	heir = ears_device(&d, heir, "Bob", "192.0.2.1", &ears[2]);
	ears_enter(&d, heir, LAB, "den");
	ears_enter(&d, heir, OPS, "ops");
	assert_int_equal(ears[2].entered[LAB] > 0, 1);
	assert_int_equal(ears[2].entered[OPS] > 0, 1);
	assert_int_equal(den_count(&d, ENTRY_JOIN, NULL), joins);
	assert_int_equal(den_count(&d, ENTRY_LEAVE, NULL), 0);
	/* For good. */
	ears[0].why = 0;
	assert_true(den_enter(&d, one));
	assert_int_equal(ears[0].why, FRAME_KICKED);
	assert_names_heir(&ears[0]);
}

/*
 * By a frame
 */

static void
ask_for(struct guest *g, const uint8_t key[NOISE_KEY])
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_rekey(&out, key);
	den_say(&d, g, &out);
	den_run(&d, 100);
}

static void
who_asks_by_his_key_has_another_one(void **state)
{
	struct ears ears[3];

	(void)state;
	den_open_people(&d);
	bob = ears_device(&d, NULL, "Bob", "192.0.2.1", &ears[0]);
	ears_enter(&d, bob, LAB, "den");
	heir = den_guest(&d, "Bob", "192.0.2.1");
	ask_for(bob, heir->key.public);
	assert_int_equal(ears[0].why, FRAME_KICKED);
	assert_names_heir(&ears[0]);
	assert_rekeyed(d.log, "Bob");
	heir = ears_device(&d, heir, "Bob", "192.0.2.1", &ears[1]);
	ears_enter(&d, heir, LAB, "den");
	assert_int_equal(ears[1].entered[LAB] > 0, 1);
	assert_int_equal(den_count(&d, ENTRY_JOIN, NULL), 1);
}

static void
nobodys_names_are_given_to_who_is_somebody(void **state)
{
	struct ears ears[3];
	struct guest *eve;
	char text[RULE_BYTES];

	(void)state;
	den_open_people(&d);
	bob = ears_device(&d, NULL, "Bob", "192.0.2.1", &ears[0]);
	eve = ears_device(&d, NULL, "eve", "192.0.2.2", &ears[1]);
	ears_enter(&d, bob, LAB, "den");
	heir = den_guest(&d, "Bob", "192.0.2.1");
	/* Who is nobody, as yet, has nothing to give. */
	ask_for(eve, heir->key.public);
	assert_int_equal(ears[1].why, FRAME_QUOTA);
	ears_enter(&d, eve, LAB, "den");
	ask_for(eve, bob->key.public);
	ears[1].why = 0;
	ask_for(eve, eve->key.public);
	assert_int_equal(ears[1].why, FRAME_QUOTA);
	assert_int_equal(rules(d.log, RULE_REKEY, text), 0);
	assert_int_equal(ears[0].why, 0);
}

/* Else one would have as many as one likes, each told to everybody. */
static void
one_key_comes_after_another_once_in_an_hour(void **state)
{
	struct guest *third;
	struct ears ears[3];
	char text[RULE_BYTES];

	(void)state;
	den_open_people(&d);
	bob = ears_device(&d, NULL, "Bob", "192.0.2.1", &ears[0]);
	ears_enter(&d, bob, LAB, "den");
	heir = den_guest(&d, "Bob", "192.0.2.1");
	third = den_guest(&d, "Bob", "192.0.2.1");
	ask_for(bob, heir->key.public);
	heir = ears_device(&d, heir, "Bob", "192.0.2.1", &ears[1]);
	ears_enter(&d, heir, LAB, "den");
	ask_for(heir, third->key.public);
	assert_int_equal(ears[1].why, FRAME_QUOTA);
	assert_int_equal(rules(d.log, RULE_REKEY, text), 1);
	d.now_ms += 3600 * 1000;
	heir = ears_device(&d, heir, "Bob", "192.0.2.1", &ears[2]);
	ask_for(heir, third->key.public);
	assert_int_equal(ears[2].why, FRAME_KICKED);
	assert_int_equal(rules(d.log, RULE_REKEY, text), 2);
}

/* They know of no such thing. */
static void
others_do_not_ask(void **state)
{
	char text[RULE_BYTES];

	(void)state;
	ask_for(bob, heir->key.public);
	assert_int_equal(bob->error, 0);
	assert_int_equal(rules(d.log, RULE_REKEY, text), 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(who_has_another_key_goes_on_by_it),
		TEST(who_does_not_come_by_it_is_gone_after_a_while),
		TEST(who_is_here_by_both_is_here_once),
		TEST(a_key_is_replaced_once),
		TEST(it_is_no_way_out),
		TEST(who_is_banned_is_so_by_the_other_key),
		TEST(of_two_bans_the_longer_one_counts),
		TEST(who_is_allowed_is_so_by_the_other_key),
		TEST(what_a_crash_kept_from_him_comes_at_the_next_start),
		TEST(wherever_it_is_cut_off_it_is_one_or_the_other),
		TEST(a_full_disk_changes_nothing),
		TEST(names_move_when_the_disk_lets_them),
		TEST(whose_a_name_is_is_told_before_it_has_moved),
		cmocka_unit_test_teardown(
		    all_devices_and_all_rooms_are_of_the_other_key, tear_down),
		cmocka_unit_test_teardown(who_asks_by_his_key_has_another_one,
		    tear_down),
		cmocka_unit_test_teardown(
		    nobodys_names_are_given_to_who_is_somebody, tear_down),
		cmocka_unit_test_teardown(
		    one_key_comes_after_another_once_in_an_hour, tear_down),
		TEST(others_do_not_ask),
	};

	return sodium_init() == -1 ? 1 : tests_run(tests, NULL, NULL);
}
