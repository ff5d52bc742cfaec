/*
 * A real server with several rooms, and people who are in any of them by one
 * session: what they said lasts when it is killed, and how it begins.
 */
#include <sys/stat.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/frame_room.h"
#include "common/journal.h"
#include "common/keys.h"
#include "tests/with_cmocka.h"
#include "tests/with_fault.h"
#include "tests/with_visitor.h"

enum { LAB = 1, OPS = 3, CLASS = 5, ROOMS = 12, ROOM_KIB = 320 };

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
	const char *args[40] = { "-b", "127.0.0.1", "--rate=0", "-p", "0",
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
	visitor_come(&ada, &server, "ada", 1);
	visitor_come(&bob, &server, "bob", 2);
	visitor_enter(&ada, LAB, "lab", 0);
	visitor_enter(&ada, OPS, "Ops", 0);
	visitor_enter(&bob, OPS, "ops", 0);
	server_expect_log(&server, "Z ada joined from 127.0.0.1");
	server_expect_log(&server, "Z ops: ada joined from 127.0.0.1");
	server_expect_log(&server, "Z ops: bob joined from 127.0.0.1");
	visitor_say(&ada, LAB, 1, "public");
	visitor_say(&ada, OPS, 1, "secret");
	visitor_say(&bob, OPS, 1, "heard");
	visitor_await(&ada, strcmp(ada.in[OPS].said, "secret heard ") == 0);
	assert_string_equal(ada.in[LAB].said, "public ");
	assert_string_equal(bob.in[OPS].said, "secret heard ");
	visitor_enter(&ada, CLASS, "class", FRAME_ENTER_MAKES);
	assert_int_equal(ada.in[CLASS].error, FRAME_NO_ROOM);
}

static void
what_was_said_in_three_rooms_is_there_after_a_kill(void **state)
{
	const char *const rooms[] = { "lab", "ops", "class", NULL };
	const char *const home[] = { "lab", NULL };

	(void)state;
	begin(rooms);
	visitor_come(&ada, &server, "ada", 1);
	visitor_enter(&ada, LAB, "lab", 0);
	visitor_enter(&ada, OPS, "ops", 0);
	visitor_enter(&ada, CLASS, "class", 0);
	visitor_say(&ada, LAB, 1, "one");
	visitor_say(&ada, OPS, 1, "two");
	visitor_say(&ada, CLASS, 1, "three");
	server_stop(&server, SIGKILL);
	begin(home);
	visitor_come(&bob, &server, "bob", 2);
	visitor_enter(&bob, CLASS, "class", 0);
	visitor_enter(&bob, OPS, "ops", 0);
	visitor_enter(&bob, LAB, "lab", 0);
	visitor_say(&bob, LAB, 1, "1");
	visitor_say(&bob, OPS, 1, "2");
	visitor_say(&bob, CLASS, 1, "3");
	assert_string_equal(bob.in[LAB].said, "one 1 ");
	assert_string_equal(bob.in[OPS].said, "two 2 ");
	assert_string_equal(bob.in[CLASS].said, "three 3 ");
}

/* Made by a server that knew of one room: pam said there "one" and "two". */
#define BEFORE	"2358e79f75f26630664b73de912e7001"
static const char log_before[] =
    "636861746c6f67312358e79f75f26630664b73de912e70010000000000000001"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "00000000000000001141a3e000000011bfc29c06010800fba49283a234fba492"
    "83a23400000000000f29877069020300a9a99283a234000370616d000000001b"
    "f1248967030100b9a99283a234818080808098f19b8a010370616d036f6e6500"
    "00001b078605c1040100b9a99283a234828080808098f19b8a010370616d0374"
    "776f0000000fc8f159cf050400bba99283a234000370616d00";

static void
write_file(const char *name, const void *bytes, size_t len)
{
	char path[ENV_HOME_BYTES + 128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", data, name);
	assert_non_null(f = fopen(path, "w"));
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0600), 0);
}

static void
a_directory_of_before_is_the_home_room(void **state)
{
	static const char leases[] =
	    "+30000 G7tYT6EDctvohqEV5Wb0UjmoI5GuazDpv+1Nxn4rUAI= pam\n";
	const char *const rooms[] = { "lab", "ops", NULL };
	char dir[ENV_HOME_BYTES + 64], line[256];
	uint8_t bytes[sizeof(log_before) / 2];
	size_t len;
	FILE *f;

	(void)state;
	assert_int_equal(sodium_hex2bin(bytes, sizeof(bytes), log_before,
	    sizeof(log_before) - 1, NULL, &len, NULL), 0);
	snprintf(dir, sizeof(dir), "%s/%s", data, BEFORE);
	assert_int_equal(mkdir(data, 0700), 0);
	assert_int_equal(mkdir(dir, 0700), 0);
	write_file(BEFORE "/00000000000000000001.log", bytes, len);
	write_file("leases", leases, sizeof(leases) - 1);
	begin(rooms);
	visitor_come(&ada, &server, "ada", 1);
	visitor_enter(&ada, LAB, "lab", 0);
	visitor_enter(&ada, OPS, "ops", 0);
	visitor_say(&ada, LAB, 1, "three");
	assert_string_equal(ada.in[LAB].said, "one two three ");
	visitor_come(&bob, &server, "pam", 2);
	visitor_enter(&bob, LAB, "lab", 0);
	assert_int_equal(bob.in[LAB].error, FRAME_NAME_OWNED);
	snprintf(dir, sizeof(dir), "%s/rooms", data);
	assert_non_null(f = fopen(dir, "r"));
	assert_non_null(fgets(line, sizeof(line), f));
	assert_int_equal(fclose(f), 0);
	assert_int_equal(strncmp(line, BEFORE " home ", 2 * 16 + 6), 0);
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
	visitor_come(&ada, &server, "ada", 1);
	visitor_enter(&ada, OPS, "ops", 0);
	assert_true(ada.in[OPS].entered);
}

static void
members_open_rooms_where_they_may(void **state)
{
	const char *const rooms[] = { "lab", NULL };

	(void)state;
	serve(rooms, "--open=members");
	server_listening(&server);
	visitor_come(&ada, &server, "ada", 1);
	visitor_enter(&ada, OPS, "opps", 0);
	assert_int_equal(ada.in[OPS].error, FRAME_NO_ROOM);
	visitor_enter(&ada, CLASS, "class", FRAME_ENTER_MAKES);
	assert_true(ada.in[CLASS].entered);
	visitor_say(&ada, CLASS, 1, "mine");
	server_stop(&server, SIGKILL);
	begin(rooms);
	visitor_come(&bob, &server, "bob", 2);
	visitor_enter(&bob, CLASS, "class", 0);
	visitor_await(&bob, strcmp(bob.in[CLASS].said, "mine ") == 0);
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
	visitor_come_with(&ada, &server, "ada", 1, psk);
	visitor_enter(&ada, LAB, "lab", 0);
	assert_true(ada.in[LAB].entered);
}

/* Of its own, not of files. */
static long
server_kib(void)
{
	char path[64], row[256];
	long kib = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)server.pid);
	if ((f = fopen(path, "r")) == NULL)
		return -1;
	while (kib == -1 && fgets(row, sizeof(row), f) != NULL)
		sscanf(row, "RssAnon: %ld", &kib);
	fclose(f);
	return kib;
}

/* One person may have them all open: what they could hold is not what they
 * take. */
static void
a_room_where_little_is_said_takes_little_memory(void **state)
{
	const char *rooms[ROOMS + 1] = { "lab" };
	char name[ROOMS][8];
	long before, after;
	unsigned i;

	(void)state;
	/* Else the allocator is another one. */
	if (!fault_possible())
		skip();
	for (i = 1; i < ROOMS; i++) {
		snprintf(name[i], sizeof(name[i]), "room%u", i);
		rooms[i] = name[i];
	}
	begin(rooms);
	visitor_come(&ada, &server, "ada", 1);
	visitor_enter(&ada, LAB, "lab", 0);
	if ((before = server_kib()) == -1)
		skip();
	for (i = 1; i < ROOMS; i++)
		visitor_enter(&ada, LAB + 2 * i, rooms[i], 0);
	after = server_kib();
	assert_in_range(after - before, 0, (ROOMS - 1) * ROOM_KIB);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(who_is_in_two_rooms_hears_of_each_what_is_said_there),
		TEST(what_was_said_in_three_rooms_is_there_after_a_kill),
		TEST(a_directory_of_before_is_the_home_room),
		TEST(the_home_room_is_named_first),
		TEST(members_open_rooms_where_they_may),
		TEST(a_passphrase_goes_with_the_home_rooms_name),
		TEST(a_room_where_little_is_said_takes_little_memory)
	};

	return tests_run(tests, NULL, NULL);
}
