/*
 * People with homes and a server with a directory: see the header.
 */
#include "tests/with_lab.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"

void
lab_serve(struct lab *lab, const char *const more[])
{
	const char *env[] = { lab->room_set, NULL };
	char at[16];
	const char *args[LAB_WORDS] = { "-b", "127.0.0.1", "--rate=0", "-p",
	    at, "-d", lab->dir, "-r", "lab" };
	size_t used = 9;

	for (; more != NULL && *more != NULL; more++) {
		assert_true(used < LAB_WORDS - 1);
		args[used++] = *more;
	}
	snprintf(at, sizeof(at), "%u", (unsigned)lab->port);
	server_spawn(&lab->server, SERVER_PIPE, env, args);
	server_listening(&lab->server);
}

void
lab_begin(struct lab *lab)
{
	int i;

	memset(lab, 0, sizeof(*lab));
	env_home_make(lab->room);
	for (i = 0; i < LAB_PEOPLE; i++) {
		env_home_make(lab->home[i]);
		snprintf(lab->home_set[i], LAB_SET, "HOME=%s", lab->home[i]);
	}
	snprintf(lab->room_set, LAB_SET, "HOME=%s", lab->room);
	snprintf(lab->dir, LAB_SET, "%s/true", lab->room);
	lab->port = server_free_port();
	lab_serve(lab, NULL);
}

void
lab_end(struct lab *lab, void **state)
{
	int i;

	term_free_all(state);
	if (lab->server.pid > 0)
		server_stop(&lab->server, SIGTERM);
	lab->server.pid = 0;
	for (i = 0; i < LAB_PEOPLE; i++)
		env_home_remove(lab->home[i]);
	env_home_remove(lab->room);
}

struct term *
lab_start(struct lab *lab, int person, const char *name)
{
	const char *words[] = { "-n", name, NULL };
	const char *env[] = { lab->home_set[person], NULL };
	struct term *t = chat_start_with(&lab->server, 24, 80, env, words);

	assert_true(term_wait(t, "● "));
	return t;
}

void
lab_stop(struct term *t)
{
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
}
