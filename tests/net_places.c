/*
 * A real server with several rooms, and people who are in any of them by one
 * session: what they said lasts when it is killed, and how it begins.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/frame_put.h"
#include "common/journal.h"
#include "common/keys.h"
#include "tests/with_cmocka.h"
#include "tests/with_guest.h"
#include "tests/with_server.h"

enum { LAB = 1, OPS = 3, CLASS = 5, SLOTS = 9 };

/* Somebody at the server, and what he heard, by slot. */
struct visitor {
	struct guest	 guest;
	int		 fd;
	uint32_t	 slot;		/* of this datagram */
	unsigned	 datagram;
	struct {
		bool	 entered;
		uint64_t error, last;	/* entry */
		char	 said[256];	/* the texts, each with a blank */
	} in[SLOTS];
};

static struct server server;
static char base[ENV_HOME_BYTES], data[ENV_HOME_BYTES + 8];
static struct visitor ada, bob;

static int
set_up(void **state)
{
	(void)state;
	env_home_make(base);
	snprintf(data, sizeof(data), "%s/data", base);
	ada.fd = bob.fd = -1;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	close(ada.fd);
	close(bob.fd);
	server_stop(&server, SIGTERM);
	env_home_remove(base);
	return 0;
}

/* Rooms in the order of -r, NULL ends. */
static void
serve(const char *const rooms[], const char *option)
{
	const char *args[32] = { "-b", "127.0.0.1", "--rate=0", "-p", "0",
	    "-d", data };
	size_t n = 7;

	for (; *rooms != NULL; rooms++) {
		args[n++] = "-r";
		args[n++] = *rooms;
	}
	args[n] = option;
	server_spawn(&server, SERVER_PIPE, NULL, args);
}

static void
begin(const char *const rooms[])
{
	serve(rooms, NULL);
	server_listening(&server);
}

/* It does not begin, and says why. */
static void
refuse(const char *const rooms[], const char *why)
{
	char line[512];

	serve(rooms, NULL);
	assert_non_null(server_line(&server.err, line, sizeof(line)));
	if (strstr(line, why) == NULL)
		fail_msg("%s", line);
	assert_int_equal(server_wait(&server), 1);
}

static void
give(struct visitor *v, const void *bytes, size_t len)
{
	if (len > 0)
		send(v->fd, bytes, len, 0);
}

static void
say_frames(struct visitor *v, const struct wire_out *frames)
{
	uint8_t out[GUEST_DATAGRAM];

	assert_false(frames->failed);
	give(v, out, guest_seal(&v->guest, frames->base, frames->len, out));
}

static void
hear(struct guest *g, struct frame *f)
{
	struct visitor *v = g->arg;
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct entry e;

	if (v->datagram != g->opened)
		v->slot = 0;
	v->datagram = g->opened;
	if (f->type == FRAME_PING) {
		frame_put_ping(&out, FRAME_PONG, f->bytes);
		say_frames(v, &out);
	}
	if (f->type == FRAME_ROOM && f->slot < SLOTS)
		v->slot = f->slot;
	if (f->type == FRAME_ENTERED && f->slot < SLOTS)
		v->in[f->slot].entered = true;
	if (f->type == FRAME_ERROR)
		v->in[v->slot].error = f->code;
	while (f->type == FRAME_ENTRIES && frame_next_entry(f, &e)) {
		if (e.kind != ENTRY_SAY || e.seq <= v->in[v->slot].last)
			continue;
		v->in[v->slot].last = e.seq;
		strlcat(strncat(v->in[v->slot].said, e.text, e.text_len), " ",
		    sizeof(v->in[0].said));
	}
}

/* Takes what comes, until it is so. */
#define await(v, what) do {						\
	int64_t until_ = clock_now_ms() + WAIT_MS;			\
	while (!(what)) {						\
		if (clock_now_ms() >= until_)				\
			fail_msg("%s", #what);				\
		take(v);						\
	}								\
} while (0)

static void
take(struct visitor *v)
{
	struct pollfd p = { .fd = v->fd, .events = POLLIN };
	uint8_t in[2048], out[GUEST_DATAGRAM];
	ssize_t n;

	if (poll(&p, 1, 100) == 1 && (n = recv(v->fd, in, sizeof(in), 0)) > 0)
		give(v, out, guest_take(&v->guest, in, (size_t)n, out));
}

static void
come_with(struct visitor *v, const char *name, uint8_t key, const uint8_t *psk)
{
	uint8_t secret[NOISE_KEY] = { 0, key }, out[GUEST_DATAGRAM];

	memset(v, 0, sizeof(*v));
	guest_init(&v->guest, name, secret);
	v->guest.caps = HELLO_ROLES | HELLO_ROOMS;
	v->guest.many = true;
	v->guest.psk = psk;
	v->guest.hear = hear;
	v->guest.arg = v;
	v->fd = udp_open(&server, AF_INET);
	arc4random_buf(secret, sizeof(secret));
	give(v, out, guest_knock(&v->guest, key, secret, out));
	await(v, v->guest.live);
	give(v, out, guest_seal(&v->guest, NULL, 0, out));
}

static void
come(struct visitor *v, const char *name, uint8_t key)
{
	come_with(v, name, key, NULL);
}

static void
enter(struct visitor *v, uint32_t slot, const char *room, uint8_t flags)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	const struct frame_enter e = { .slot = slot, .room = room,
	    .room_len = strlen(room), .outbox = 100 + slot, .next_id = 1,
	    .flags = flags };

	frame_put_enter(&out, &e);
	say_frames(v, &out);
	await(v, v->in[slot].entered || v->in[slot].error != 0);
}

/* And hears it, as it is in the log. */
static void
say(struct visitor *v, uint32_t slot, uint32_t id, const char *text)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_room(&out, slot);
	v->guest.outbox = 100 + slot;
	v->guest.next = id;
	guest_put_post(&v->guest, &out, ENTRY_SAY, text);
	say_frames(v, &out);
	await(v, strstr(v->in[slot].said, text) != NULL);
}

static void
who_is_in_two_rooms_hears_of_each_what_is_said_there(void **state)
{
	const char *const rooms[] = { "lab", "ops", NULL };
	char line[256];
	int i;

	(void)state;
	begin(rooms);
	for (i = 0; i < 2; i++)
		assert_non_null(server_line(&server.out, line, sizeof(line)));
	assert_string_equal(line, "rooms lab, ops");
	come(&ada, "ada", 1);
	come(&bob, "bob", 2);
	enter(&ada, LAB, "lab", 0);
	enter(&ada, OPS, "Ops", 0);
	enter(&bob, OPS, "ops", 0);
	server_expect_log(&server, "Z ada joined from 127.0.0.1");
	server_expect_log(&server, "Z ops: ada joined from 127.0.0.1");
	server_expect_log(&server, "Z ops: bob joined from 127.0.0.1");
	say(&ada, LAB, 1, "public");
	say(&ada, OPS, 1, "secret");
	say(&bob, OPS, 1, "heard");
	await(&ada, strcmp(ada.in[OPS].said, "secret heard ") == 0);
	assert_string_equal(ada.in[LAB].said, "public ");
	assert_string_equal(bob.in[OPS].said, "secret heard ");
	enter(&ada, CLASS, "class", FRAME_ENTER_MAKES);
	assert_int_equal(ada.in[CLASS].error, FRAME_NO_ROOM);
}

static void
what_was_said_in_three_rooms_is_there_after_a_kill(void **state)
{
	const char *const rooms[] = { "lab", "ops", "class", NULL };
	const char *const home[] = { "lab", NULL };

	(void)state;
	begin(rooms);
	come(&ada, "ada", 1);
	enter(&ada, LAB, "lab", 0);
	enter(&ada, OPS, "ops", 0);
	enter(&ada, CLASS, "class", 0);
	say(&ada, LAB, 1, "one");
	say(&ada, OPS, 1, "two");
	say(&ada, CLASS, 1, "three");
	server_stop(&server, SIGKILL);
	begin(home);
	come(&bob, "bob", 2);
	enter(&bob, CLASS, "class", 0);
	enter(&bob, OPS, "ops", 0);
	enter(&bob, LAB, "lab", 0);
	say(&bob, LAB, 1, "1");
	say(&bob, OPS, 1, "2");
	say(&bob, CLASS, 1, "3");
	assert_string_equal(bob.in[LAB].said, "one 1 ");
	assert_string_equal(bob.in[OPS].said, "two 2 ");
	assert_string_equal(bob.in[CLASS].said, "three 3 ");
}

static void
the_home_room_is_named_first(void **state)
{
	const char *const rooms[] = { "lab", "ops", NULL };
	const char *const other[] = { "ops", "lab", NULL };
	const char *const none[] = { NULL };
	const char *const again[] = { "lab", "class", NULL };

	(void)state;
	begin(rooms);
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	refuse(other, "is lab: give -r lab first");
	refuse(none, "is lab: give -r lab first");
	begin(again);
	come(&ada, "ada", 1);
	enter(&ada, OPS, "ops", 0);
	assert_true(ada.in[OPS].entered);
}

static void
members_open_rooms_where_they_may(void **state)
{
	const char *const rooms[] = { "lab", NULL };

	(void)state;
	serve(rooms, "--open=members");
	server_listening(&server);
	come(&ada, "ada", 1);
	enter(&ada, OPS, "opps", 0);
	assert_int_equal(ada.in[OPS].error, FRAME_NO_ROOM);
	enter(&ada, CLASS, "class", FRAME_ENTER_MAKES);
	assert_true(ada.in[CLASS].entered);
	say(&ada, CLASS, 1, "mine");
	server_stop(&server, SIGKILL);
	begin(rooms);
	come(&bob, "bob", 2);
	enter(&bob, CLASS, "class", 0);
	await(&bob, strcmp(bob.in[CLASS].said, "mine ") == 0);
}

/* It is a part of what a passphrase gives. Here it is named as it was. */
static void
a_passphrase_goes_with_the_home_rooms_name(void **state)
{
	char path[ENV_HOME_BYTES + 32], option[ENV_HOME_BYTES + 40];
	const char *const rooms[] = { "lab", NULL };
	const char *const was[] = { "den", NULL };
	char id[2 * JOURNAL_ID + 1];
	struct noise_keypair key;
	uint8_t psk[NOISE_KEY];
	FILE *f;

	(void)state;
	begin(rooms);
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	snprintf(path, sizeof(path), "%s/rooms", data);
	assert_non_null(f = fopen(path, "r+"));
	assert_int_equal(fscanf(f, "%32s", id), 1);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	fprintf(f, "%s was 1 - den\n", id);
	assert_int_equal(fclose(f), 0);
	snprintf(path, sizeof(path), "%s/hostkey", data);
	assert_int_equal(keys_load(path, &key), KEYS_OK);
	snprintf(path, sizeof(path), "%s/passphrase", base);
	assert_non_null(f = fopen(path, "w"));
	fputs("open sesame\n", f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0600), 0);
	snprintf(option, sizeof(option), "-k%s", path);
	serve(was, option);
	server_listening(&server);
	assert_non_null(strstr(server.room, "room lab with a passphrase"));
	assert_true(hello_psk(psk, "open sesame", 11, key.public, "lab", 3));
	come_with(&ada, "ada", 1, psk);
	enter(&ada, LAB, "lab", 0);
	assert_true(ada.in[LAB].entered);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(who_is_in_two_rooms_hears_of_each_what_is_said_there),
		TEST(what_was_said_in_three_rooms_is_there_after_a_kill),
		TEST(the_home_room_is_named_first),
		TEST(members_open_rooms_where_they_may),
		TEST(a_passphrase_goes_with_the_home_rooms_name)
	};

	return tests_run(tests, NULL, NULL);
}
