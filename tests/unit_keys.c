/*
 * Key files and known hosts, in a directory of the test's own.
 */
#include <sys/stat.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/keys.h"
#include "tests/with_cmocka.h"

static char dir[64], path[96], hosts[96];

static int
set_up(void **state)
{
	(void)state;
	strlcpy(dir, "/tmp/keys.XXXXXX", sizeof(dir));
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/identity", dir);
	snprintf(hosts, sizeof(hosts), "%s/known_hosts", dir);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	chmod(dir, 0700);
	unlink(path);
	unlink(hosts);
	return rmdir(dir);	/* fails if anything else was left there */
}

static void
put(const char *file, const char *text, mode_t mode)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	assert_int_equal(chmod(file, mode), 0);
}

static void
a_key_is_made_once_and_kept(void **state)
{
	struct noise_keypair first, again;
	struct stat st;

	(void)state;
	assert_int_equal(keys_load(path, &first), KEYS_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(keys_load(path, &again), KEYS_OK);
	assert_memory_equal(&first, &again, sizeof(first));
}

static void
a_key_that_others_can_read_is_refused(void **state)
{
	static const mode_t modes[] = { 0640, 0604, 0620, 0602, 0777 };
	struct noise_keypair kp;
	size_t i;

	(void)state;
	assert_int_equal(keys_load(path, &kp), KEYS_OK);
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(chmod(path, modes[i]), 0);
		assert_int_equal(keys_load(path, &kp), KEYS_READABLE);
	}
}

static void
what_is_no_key_file_is_refused_and_kept(void **state)
{
	static const char *const bad[] = { "", "\n", "chat-key-1 \n",
		"chat-key-2 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"chat-key-1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		"chat-key-1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!=\n",
		"chat-key-1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n" };
	struct noise_keypair kp;
	struct stat st;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put(path, bad[i], 0600);
		assert_int_equal(keys_load(path, &kp), KEYS_FORMAT);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_size, strlen(bad[i]));
	}
	unlink(path);
	assert_int_equal(symlink("/dev/zero", path), 0);
	assert_int_equal(keys_load(path, &kp), KEYS_KIND);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(keys_load(path, &kp), KEYS_KIND);
}

static void
without_its_directory_the_reason_is_the_systems(void **state)
{
	struct noise_keypair kp;
	char deep[128];

	(void)state;
	snprintf(deep, sizeof(deep), "%s/none/identity", dir);
	assert_int_equal(keys_load(deep, &kp), KEYS_SYSTEM);
	assert_int_equal(errno, ENOENT);
}

/* From another machine, say. */
static void
a_key_is_written_and_never_over_another(void **state)
{
	struct noise_keypair mine, other, kp;
	struct stat st;

	(void)state;
	keys_make(&mine);
	keys_make(&other);
	assert_int_equal(keys_read(path, &kp), KEYS_SYSTEM);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(keys_write(path, &mine), KEYS_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(keys_write(path, &other), KEYS_SYSTEM);
	assert_int_equal(errno, EEXIST);
	assert_int_equal(keys_read(path, &kp), KEYS_OK);
	assert_memory_equal(&kp, &mine, sizeof(kp));
	unlink(path);
	/* Nor over what leads elsewhere. */
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_int_equal(keys_write(path, &mine), KEYS_SYSTEM);
	assert_int_equal(errno, EEXIST);
}

/* Many programs started at once for the first time share one key. */
static void
of_many_makers_one_wins_and_all_agree(void **state)
{
	enum { MAKERS = 16 };
	uint8_t mine[NOISE_KEY], theirs[NOISE_KEY];
	struct noise_keypair kp;
	int i, out[2], status;

	(void)state;
	assert_int_equal(pipe(out), 0);
	for (i = 0; i < MAKERS; i++)
		if (fork() == 0) {
			if (keys_load(path, &kp) != KEYS_OK ||
			    write(out[1], kp.public, NOISE_KEY) != NOISE_KEY)
				_exit(1);
			_exit(0);
		}
	for (i = 0; i < MAKERS; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(read(out[0], mine, NOISE_KEY), NOISE_KEY);
	for (i = 1; i < MAKERS; i++) {
		assert_int_equal(read(out[0], theirs, NOISE_KEY), NOISE_KEY);
		assert_memory_equal(mine, theirs, NOISE_KEY);
	}
	close(out[0]);
	close(out[1]);
}

static const uint8_t one[NOISE_KEY] = { 1 }, two[NOISE_KEY] = { 2 };

static enum keys_host
look_up(const char *host, const uint8_t public[NOISE_KEY])
{
	enum keys_host what;
	unsigned line;
	bool psk;

	assert_int_equal(keys_host_check(hosts, host, public, &what, &psk,
	    &line),
	    KEYS_OK);
	return what;
}

static void
a_host_is_known_by_its_key_and_a_changed_one_is_told(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(look_up("lab:8888", one), KEYS_HOST_UNKNOWN);
	assert_int_equal(keys_host_remember(hosts, "lab:8888", one,
	    KEYS_ADD_HOST), KEYS_OK);
	assert_int_equal(keys_host_remember(hosts, "[::1]:9", two,
	    KEYS_ADD_HOST), KEYS_OK);
	assert_int_equal(look_up("lab:8888", one), KEYS_HOST_KNOWN);
	assert_int_equal(look_up("lab:8888", two), KEYS_HOST_CHANGED);
	/* However it is written. */
	assert_int_equal(look_up("LAB:8888", two), KEYS_HOST_CHANGED);
	assert_int_equal(look_up("lab:888", one), KEYS_HOST_UNKNOWN);
	assert_int_equal(look_up("lab:88888", one), KEYS_HOST_UNKNOWN);
	assert_int_equal(look_up("[::1]:9", two), KEYS_HOST_KNOWN);
	assert_int_equal(stat(hosts, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
a_line_that_cannot_be_read_is_named(void **state)
{
	enum keys_host what;
	unsigned line;
	bool psk;

	(void)state;
	put(hosts, "# servers\n\nlab:8888 not-a-key\n", 0600);
	assert_int_equal(keys_host_check(hosts, "lab:8888", one, &what,
	    &psk, &line), KEYS_FORMAT);
	assert_int_equal(line, 3);
	put(hosts, "lab:8888 AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
	    0600);
	assert_int_equal(keys_host_check(hosts, "lab:8888", one, &what,
	    &psk, &line), KEYS_FORMAT);
	assert_int_equal(keys_host_remember(hosts, "two words:1", one,
	    KEYS_ADD_HOST),
	    KEYS_FORMAT);
	assert_int_equal(keys_host_remember(hosts, "a\nb:1", one,
	    KEYS_ADD_HOST),
	    KEYS_FORMAT);
}

static bool
has_psk(const char *host, const uint8_t public[NOISE_KEY])
{
	enum keys_host what;
	unsigned line;
	bool psk;

	assert_int_equal(keys_host_check(hosts, host, public, &what, &psk,
	    &line), KEYS_OK);
	return psk;
}

/* In a line that a program which does not know it takes for a comment. */
static void
that_a_room_wants_a_passphrase_is_remembered_with_its_key(void **state)
{
	char text[512];
	FILE *f;
	size_t n;

	(void)state;
	assert_int_equal(keys_host_remember(hosts, "lab:8888", one,
	    KEYS_ADD_HOST | KEYS_ADD_PSK), KEYS_OK);
	assert_int_equal(keys_host_remember(hosts, "open:1", two,
	    KEYS_ADD_HOST), KEYS_OK);
	assert_true(has_psk("lab:8888", one));
	assert_false(has_psk("lab:8888", two));
	assert_false(has_psk("open:1", two));
	assert_false(has_psk("other:1", one));
	assert_int_equal(keys_host_remember(hosts, "open:1", two,
	    KEYS_ADD_PSK), KEYS_OK);
	assert_true(has_psk("open:1", two));
	f = fopen(hosts, "r");
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	assert_non_null(strstr(text, "\n#passphrase lab:8888 AQ"));
	assert_int_equal(look_up("lab:8888", one), KEYS_HOST_KNOWN);
	assert_int_equal(look_up("open:1", two), KEYS_HOST_KNOWN);
	/* Of a host that is not known any more nothing counts. */
	put(hosts, strstr(text, "#passphrase lab"), 0600);
	assert_false(has_psk("lab:8888", one));
}

static void
count_host(void *arg, const char *host)
{
	++*(int *)arg;
	assert_string_equal(host, "lab:8888");
}

/* Of a line that was edited by hand, or cut. */
static void
no_host_is_none(void **state)
{
	char text[256];
	FILE *f;
	int n = 0;

	(void)state;
	assert_int_equal(keys_host_remember(hosts, "lab:8888", one,
	    KEYS_ADD_HOST), KEYS_OK);
	f = fopen(hosts, "r+");
	assert_non_null(fgets(text, sizeof(text), f));
	fseek(f, 0, SEEK_END);
	fputs(strchr(text, ' '), f);
	fclose(f);
	keys_host_every(hosts, one, count_host, &n);
	assert_int_equal(n, 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_key_is_made_once_and_kept),
		TEST(a_key_that_others_can_read_is_refused),
		TEST(what_is_no_key_file_is_refused_and_kept),
		TEST(without_its_directory_the_reason_is_the_systems),
		TEST(a_key_is_written_and_never_over_another),
		TEST(of_many_makers_one_wins_and_all_agree),
		TEST(a_host_is_known_by_its_key_and_a_changed_one_is_told),
		TEST(a_line_that_cannot_be_read_is_named),
		TEST(that_a_room_wants_a_passphrase_is_remembered_with_its_key),
		TEST(no_host_is_none),
	};

	if (sodium_init() == -1)
		return 1;
	return tests_run(tests, NULL, NULL);
}
