/*
 * A server whose data directory is put back to a copy of it, as an operator
 * does after an accident: nobody is put out, what was lost is told, and what
 * somebody said that was lost is said again, once.
 */
#include <sys/wait.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "tests/with_cmocka.h"
#include "tests/with_plain.h"
#include "tests/with_server.h"

extern char **environ;

static struct server server;
static char base[ENV_HOME_BYTES];
static char data[ENV_HOME_BYTES + 8], kept[ENV_HOME_BYTES + 8];
static char monday[ENV_HOME_BYTES + 8], tuesday[ENV_HOME_BYTES + 8];
static char homes[2][ENV_HOME_BYTES];
static struct plain pam, bob;

static int
set_up(void **state)
{
	(void)state;
	env_home_make(base);
	env_home_make(homes[0]);
	env_home_make(homes[1]);
	snprintf(data, sizeof(data), "%s/data", base);
	snprintf(kept, sizeof(kept), "%s/kept", base);
	snprintf(monday, sizeof(monday), "%s/monday", base);
	snprintf(tuesday, sizeof(tuesday), "%s/tuesday", base);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	env_home_remove(homes[0]);
	env_home_remove(homes[1]);
	env_home_remove(base);
	return 0;
}

static void
do_it(const char *const words[])
{
	pid_t pid;
	int status;

	assert_int_equal(posix_spawnp(&pid, words[0], NULL, NULL,
	    (char *const *)(uintptr_t)words, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
start_room(uint16_t port)
{
	char text[16];
	const char *args[] = { "-q", "-b", "127.0.0.1", "--rate=0", "-d",
	    data, "-p", text, NULL };

	snprintf(text, sizeof(text), "%u", port != 0 ? port :
	    server_free_port());
	server_spawn(&server, SERVER_PIPE, NULL, args);
	server_listening(&server);
}

static void
drop(const char *dir)
{
	const char *words[] = { "rm", "-rf", dir, NULL };

	do_it(words);
}

static void
copy(const char *from, const char *to)
{
	const char *words[] = { "cp", "-a", from, to, NULL };

	do_it(words);
}

/* A server goes on from the copy; the one before is stopped. */
static void
go_on_from(const char *backup)
{
	uint16_t port = server.port;

	drop(data);
	copy(backup, data);
	start_room(port);
}

/* The server dies first. */
static void
restore(const char *backup)
{
	server_stop(&server, SIGKILL);
	go_on_from(backup);
}

static void
start(struct plain *p, int who, const char *name)
{
	const char *words[] = { "--follow", "-n", name, "127.0.0.1", NULL };

	plain_start(p, server.port, homes[who], words);
}

static void
join(struct plain *p, int who, const char *name)
{
	char joined[32];

	start(p, who, name);
	snprintf(joined, sizeof(joined), "\tjoin\t%s", name);
	assert_true(plain_until(p, joined));
}

static void
leave(struct plain *p)
{
	kill(p->pid, SIGTERM);
	assert_int_equal(plain_finish(p), 128 + SIGTERM);
	plain_clear(p);
}

/* Some lines, until he sees the last of them. */
static void
tell(struct plain *p, const char *name, const char *lines, const char *last)
{
	char line[64];

	plain_give(p, lines);
	snprintf(line, sizeof(line), "\tsay\t%s\t%s\n", name, last);
	assert_true(plain_until(p, line));
}

/* Somebody says it, and both hear it. */
static void
say(struct plain *who, const char *name, const char *text)
{
	char line[64];

	plain_give(who, text);
	plain_give(who, "\n");
	snprintf(line, sizeof(line), "\tsay\t%s\t%s\n", name, text);
	assert_true(plain_until(&pam, line));
	assert_true(plain_until(&bob, line));
}

/* chat-ctl with these words, which answers so. A room whose log is late opens
 * when it has told all: then it is asked again. */
static void
ask(const char *says, const char *const request[])
{
	const int64_t until = clock_now_ms() + WAIT_MS;
	const char *words[8] = { "-d", data };
	struct plain c;
	size_t n = 2;
	bool late;
	int status;

	while (*request != NULL)
		words[n++] = *request++;
	do {
		plain_run_program(&c, "chat-ctl", base, words);
		status = plain_finish(&c);
		late = status != 0 && clock_now_ms() < until &&
		    strstr(c.told, "cannot be opened now") != NULL;
		if (!late && (status != 0 || strstr(c.said, says) == NULL))
			fail_msg("%s, not %s%s", says, c.said, c.told);
		plain_clear(&c);
	} while (late);
}
#define CTL(says, ...) ask(says, (const char *const[]){ __VA_ARGS__, NULL })

static unsigned
count(const char *text, const char *what)
{
	unsigned n = 0;

	while ((text = strstr(text, what)) != NULL) {
		text += strlen(what);
		n++;
	}
	return n;
}

/* The lines of a number and kinds of somebody who reads all of the room. */
static void
check_room(const char *want)
{
	static const char *const words[] = { "-n", "bob", "--after", "0",
	    "--no-store", "127.0.0.1", NULL };
	char *line, *at, got[512] = "", part[128];
	struct plain p;
	char kind[16], name[32], text[64];

	plain_start(&p, server.port, homes[1], words);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	for (line = strtok_r(p.said, "\n", &at); line != NULL;
	    line = strtok_r(NULL, "\n", &at)) {
		text[0] = name[0] = '\0';
		if (sscanf(line, "%*s %*s %15s %31s %63[^\n]", kind, name,
		    text) < 2 || strcmp(kind, "start") == 0)
			continue;
		snprintf(part, sizeof(part), "%s %s%s%s;", kind, name,
		    *text != '\0' ? " " : "", text);
		strlcat(got, part, sizeof(got));
	}
	assert_string_equal(got, want);
	plain_clear(&p);
}

static void
end_all(void)
{
	leave(&pam);
	server_stop(&server, SIGTERM);
}

static void
who_spoke_since_the_backup_stays_and_says_it_again(void **state)
{
	(void)state;
	start_room(0);
	join(&pam, 0, "pam");
	join(&bob, 1, "bob");
	say(&pam, "pam", "one");
	copy(data, kept);
	say(&pam, "pam", "two");
	say(&bob, "bob", "three");
	restore(kept);
	/* Each says his own again; nobody leaves, nobody comes. */
	assert_true(plain_until_told(&pam, "had to go back", 1));
	assert_true(plain_until_told(&bob, "had to go back", 1));
	say(&pam, "pam", "four");
	say(&bob, "bob", "five");
	assert_int_equal(count(pam.said, "\tsay\tpam\ttwo\n"), 2);
	assert_int_equal(count(pam.said, "\tsay\tbob\tthree\n"), 2);
	assert_int_equal(count(bob.said, "\tsay\tpam\ttwo\n"), 2);
	assert_int_equal(count(pam.said, "\tjoin\t"), 2);
	assert_int_equal(count(bob.said, "\tleave\t"), 0);
	leave(&bob);
	end_all();
}

/* Also what was typed while no server was there. */
static void
what_was_lost_is_said_before_what_waits(void **state)
{
	static const char *const said[] = { "AAA", "BBB", "CCC", "DDD" };
	const char *at;
	size_t i;

	(void)state;
	start_room(0);
	join(&pam, 0, "pam");
	join(&bob, 1, "bob");
	copy(data, kept);
	say(&bob, "bob", "AAA");
	say(&bob, "bob", "BBB");
	server_stop(&server, SIGKILL);
	assert_true(plain_until_told(&bob, "no answer", 1));
	plain_give(&bob, "CCC\nDDD\n");
	go_on_from(kept);
	assert_true(plain_until(&pam, "\tsay\tbob\tDDD\n"));
	at = strstr(pam.said, "\tBBB\n");
	for (i = 0; i < 4; i++) {
		assert_non_null(at = strstr(at, said[i]));
		assert_int_equal(count(pam.said, said[i]), i < 2 ? 2 : 1);
	}
	leave(&bob);
	end_all();
}

/* The copy is older than a start of the server in between: the entries of the
 * two runs that followed it bear the same numbers. */
static void
a_backup_from_before_a_restart_is_told_from_what_was(void **state)
{
	uint16_t port;

	(void)state;
	start_room(0);
	port = server.port;
	join(&pam, 0, "pam");
	join(&bob, 1, "bob");
	say(&pam, "pam", "one");
	copy(data, kept);
	server_stop(&server, SIGTERM);
	start_room(port);
	say(&pam, "pam", "two");
	restore(kept);
	assert_true(plain_until_told(&pam, "had to go back", 1));
	assert_true(plain_until_told(&bob, "had to go back", 1));
	say(&bob, "bob", "three");
	assert_int_equal(count(bob.said, "\tsay\tpam\ttwo\n"), 2);
	assert_null(strstr(pam.told, "differs"));
	leave(&bob);
	check_room("join pam;join bob;say pam one;say pam two;say bob three;"
	    "leave bob;join bob;");
	end_all();
}

/* An operator errs: what pam has of the wrong one is in no term of the right
 * one, and under the same numbers. */
static void
the_right_backup_after_a_wrong_one_is_gone_on_from(void **state)
{
	(void)state;
	start_room(0);
	server_stop(&server, SIGTERM);
	copy(data, monday);
	start_room(server.port);
	join(&pam, 1, "ann");
	tell(&pam, "ann", "x0\nx1\nx2\nx3\nx4\n", "x4");
	end_all();
	copy(data, tuesday);
	go_on_from(monday);
	join(&pam, 0, "pam");
	tell(&pam, "pam", "l0\nl1\nl2\nl3\nl4\nl5\nl6\n", "l6");
	server_stop(&server, SIGTERM);
	go_on_from(tuesday);
	tell(&pam, "pam", "two\n", "two");
	check_room("join ann;say ann x0;say ann x1;say ann x2;say ann x3;"
	    "say ann x4;leave ann;join pam;say pam l0;say pam l1;say pam l2;"
	    "say pam l3;say pam l4;say pam l5;say pam l6;say pam two;"
	    "join bob;");
	end_all();
}

/* The same, and both backups are of one run of the server: what pam had said
 * before the first is in the second as well, and is not said again. */
static void
what_both_backups_have_is_not_said_again(void **state)
{
	(void)state;
	start_room(0);
	join(&pam, 0, "pam");
	tell(&pam, "pam", "l1\nl2\nl3\n", "l3");
	copy(data, monday);
	join(&bob, 1, "ann");
	tell(&bob, "ann", "x0\nx1\nx2\nx3\nx4\nx5\nx6\nx7\n", "x7");
	leave(&bob);
	assert_true(plain_until(&pam, "\tleave\tann"));
	copy(data, tuesday);
	restore(monday);
	tell(&pam, "pam", "m1\n", "m1");
	restore(tuesday);
	tell(&pam, "pam", "two\n", "two");
	check_room("join pam;say pam l1;say pam l2;say pam l3;join ann;"
	    "say ann x0;say ann x1;say ann x2;say ann x3;say ann x4;"
	    "say ann x5;say ann x6;say ann x7;leave ann;say pam m1;"
	    "say pam two;join bob;");
	end_all();
}

/* What was said again to the wrong one, and is in the right one: there it
 * stands under the id of before. */
static void
what_the_right_backup_has_is_not_said_again(void **state)
{
	(void)state;
	start_room(0);
	join(&pam, 0, "pam");
	tell(&pam, "pam", "l1\n", "l1");
	copy(data, monday);
	tell(&pam, "pam", "l2\nl3\n", "l3");
	copy(data, tuesday);
	tell(&pam, "pam", "l4\n", "l4");
	restore(monday);
	tell(&pam, "pam", "m1\n", "m1");
	assert_int_equal(count(pam.said, "\tsay\tpam\tl2\n"), 2);
	restore(tuesday);
	tell(&pam, "pam", "two\n", "two");
	check_room("join pam;say pam l1;say pam l2;say pam l3;say pam l4;"
	    "say pam m1;say pam two;join bob;");
	end_all();
}

/* He stays in through all of it. */
static void
however_often_it_is_put_back_what_was_lost_is_said_again(void **state)
{
	char want[512] = "join pam;join bob;", text[8], part[32];
	unsigned i, k;

	(void)state;
	start_room(0);
	join(&pam, 0, "pam");
	join(&bob, 1, "bob");
	for (i = 1; i <= 5; i++) {
		for (k = 0; k < 4; k++) {
			snprintf(text, sizeof(text), "%c%u", "abcd"[k], i);
			if (k == 1)
				copy(data, kept);
			if (k == 3)
				restore(kept);
			say(&pam, "pam", text);
			snprintf(part, sizeof(part), "say pam %s;", text);
			strlcat(want, part, sizeof(want));
		}
		drop(kept);
	}
	leave(&bob);
	strlcat(want, "leave bob;join bob;", sizeof(want));
	check_room(want);
	end_all();
}

static void
name_backup(char name[ENV_HOME_BYTES + 8], unsigned i)
{
	snprintf(name, ENV_HOME_BYTES + 8, "%s/back%u", base, i);
}

/* Each time further back, and then once more: he stays in through all of it. */
static void
nor_does_it_matter_how_far(void **state)
{
	char want[512] = "join pam;join bob;", text[8], part[32];
	char back[ENV_HOME_BYTES + 8];
	unsigned i;

	(void)state;
	start_room(0);
	join(&pam, 0, "pam");
	join(&bob, 1, "bob");
	for (i = 1; i <= 5; i++) {
		snprintf(text, sizeof(text), "a%u", i);
		say(&pam, "pam", text);
		name_backup(back, i);
		copy(data, back);
	}
	for (i = 5; i >= 1; i--) {
		snprintf(text, sizeof(text), "b%u", i);
		say(&pam, "pam", text);
		name_backup(back, i);
		restore(back);
		assert_true(plain_until_told(&pam, "had to go back",
		    (int)(6 - i)));
	}
	say(&pam, "pam", "c");
	name_backup(back, 6);
	copy(data, back);
	say(&pam, "pam", "d");
	restore(back);
	say(&pam, "pam", "e");
	kill(bob.pid, SIGTERM);
	plain_finish(&bob);
	plain_clear(&bob);
	for (i = 1; i <= 5; i++) {
		snprintf(part, sizeof(part), "say pam a%u;", i);
		strlcat(want, part, sizeof(want));
	}
	for (i = 5; i >= 1; i--) {
		snprintf(part, sizeof(part), "say pam b%u;", i);
		strlcat(want, part, sizeof(want));
	}
	strlcat(want, "say pam c;say pam d;say pam e;leave bob;join bob;",
	    sizeof(want));
	check_room(want);
	end_all();
}

/* He had left, and comes back only after the accident. */
static void
who_was_away_meanwhile_says_it_again_when_he_comes(void **state)
{
	(void)state;
	start_room(0);
	join(&bob, 1, "bob");
	join(&pam, 0, "pam");
	say(&pam, "pam", "one");
	copy(data, kept);
	say(&pam, "pam", "two");
	leave(&pam);
	restore(kept);
	start(&pam, 0, "pam");
	assert_true(plain_until(&pam, "\tsay\tpam\ttwo\n"));
	say(&pam, "pam", "three");
	assert_int_equal(count(bob.said, "\tsay\tpam\ttwo\n"), 2);
	leave(&bob);
	end_all();
}

/* His own machine is put back: the room knows his outbox further than he. */
static void
who_is_put_back_himself_is_not_put_out(void **state)
{
	(void)state;
	start_room(0);
	join(&bob, 1, "bob");
	join(&pam, 0, "pam");
	say(&pam, "pam", "one");
	copy(homes[0], kept);
	say(&pam, "pam", "two");
	say(&pam, "pam", "three");
	leave(&pam);
	drop(homes[0]);
	copy(kept, homes[0]);
	join(&pam, 0, "pam");
	say(&pam, "pam", "four");
	assert_int_equal(count(bob.said, "\tsay\tpam\tthree\n"), 1);
	leave(&bob);
	end_all();
}

/* One run of plain mode by its defaults, or with more words. */
static void
run(struct plain *p, const char *name, const char *word, const char *input)
{
	const char *words[] = { "-n", name, "127.0.0.1", word, NULL };

	plain_start(p, server.port, homes[0], words);
	plain_give(p, input);
	plain_end_input(p);
	assert_int_equal(plain_finish(p), 0);
	/* That he left is in the room. */
	server_expect_figure(&server, "members ", 0);
}

static void
speak(const char *name, const char *word, const char *input)
{
	struct plain p;

	run(&p, name, word, input);
	plain_clear(&p);
}

/* He types it while nobody answers, and it waits for the next time. */
static void
type_for_later(struct plain *p, const char *home, const char *lines)
{
	static const char *const words[] = { "-n", "pam", "--wait=1",
		"127.0.0.1", NULL };

	plain_start(p, server.port, home, words);
	plain_give(p, lines);
	plain_end_input(p);
	assert_int_equal(plain_finish(p), 4);
	plain_clear(p);
}

/* The numbers of what he said since the backup are used, and his machine does
 * not know it. */
static void
what_he_says_then_is_not_taken_for_what_he_said(void **state)
{
	(void)state;
	start_room(0);
	join(&bob, 1, "bob");
	join(&pam, 0, "pam");
	tell(&pam, "pam", "x1\nx2\nx3\nx4\n", "x4");
	leave(&pam);
	copy(homes[0], kept);
	join(&pam, 0, "pam");
	tell(&pam, "pam", "y5\ny6\n", "y6");
	leave(&pam);
	leave(&bob);
	server_stop(&server, SIGTERM);
	drop(homes[0]);
	copy(kept, homes[0]);
	type_for_later(&pam, homes[0], "z5\nz6\nz7\n");
	start_room(server.port);
	join(&pam, 0, "pam");
	assert_true(plain_until(&pam, "\tsay\tpam\tz7\n"));
	tell(&pam, "pam", "z8\n", "z8");
	leave(&pam);
	check_room("join bob;join pam;say pam x1;say pam x2;say pam x3;"
	    "say pam x4;leave pam;join pam;say pam y5;say pam y6;leave pam;"
	    "leave bob;join pam;say pam z5;say pam z6;say pam z7;say pam z8;"
	    "leave pam;join bob;");
	server_stop(&server, SIGTERM);
}

/* A copy of his files on another machine, and both are used in turn. */
static void
nor_is_what_he_says_with_a_copy_of_his_files(void **state)
{
	static const char *const words[] = { "-n", "pam", "127.0.0.1", NULL };
	static const char *const lines[] = { "ok\na2\n", "b1\nok\nb3\n",
	    "a4\n", "b4\nb5\n" };
	char twin[ENV_HOME_BYTES + 8];
	unsigned i;

	(void)state;
	snprintf(twin, sizeof(twin), "%s/twin", base);
	start_room(0);
	speak("pam", NULL, "x1\n");
	copy(homes[0], twin);
	for (i = 0; i < 4; i++) {
		server_stop(&server, SIGTERM);
		type_for_later(&pam, i % 2 == 0 ? homes[0] : twin, lines[i]);
		start_room(server.port);
		plain_start(&pam, server.port, i % 2 == 0 ? homes[0] : twin,
		    words);
		plain_end_input(&pam);
		assert_int_equal(plain_finish(&pam), 0);
		plain_clear(&pam);
	}
	check_room("join pam;say pam x1;leave pam;join pam;say pam ok;"
	    "say pam a2;leave pam;join pam;say pam b1;say pam ok;say pam b3;"
	    "leave pam;join pam;say pam a4;leave pam;join pam;say pam b4;"
	    "say pam b5;leave pam;join bob;");
	server_stop(&server, SIGTERM);
}

/* And then the server is: what was said under the number that his outbox had
 * before is his as well. */
static void
what_was_said_under_a_former_number_is_said_again(void **state)
{
	char mine[ENV_HOME_BYTES + 8];

	(void)state;
	snprintf(mine, sizeof(mine), "%s/mine", base);
	start_room(0);
	join(&bob, 1, "bob");
	join(&pam, 0, "pam");
	say(&pam, "pam", "one");
	copy(homes[0], mine);
	copy(data, kept);
	say(&pam, "pam", "two");
	say(&pam, "pam", "three");
	leave(&pam);
	drop(homes[0]);
	copy(mine, homes[0]);
	join(&pam, 0, "pam");
	say(&pam, "pam", "four");
	restore(kept);
	assert_true(plain_until_told(&pam, "had to go back", 1));
	say(&pam, "pam", "five");
	leave(&bob);
	check_room("join bob;join pam;say pam one;say pam two;say pam three;"
	    "say pam four;say pam five;leave bob;join bob;");
	end_all();
}

/* He hears nothing of before he came but that, and is told once. */
static void
check_back(const char *name, const char *word, const char *not_heard)
{
	struct plain p;

	run(&p, name, word, "");
	assert_int_equal(count(p.told, "had to go back") +
	    count(p.told, "set aside"), 1);
	assert_int_equal(count(p.said, "\tafter1\n"), 1);
	assert_int_equal(count(p.said, "\tafter2\n"), 1);
	if (not_heard != NULL)
		assert_null(strstr(p.said, not_heard));
	plain_clear(&p);
	speak(name, word, "");
}

/* Who only speaks, and is there for no longer than that. */
static void
a_script_says_again_what_was_lost(void **state)
{
	(void)state;
	start_room(0);
	speak("bot", NULL, "before\n");
	copy(data, kept);
	speak("bot", NULL, "after1\nafter2\n");
	restore(kept);
	speak("pam", NULL, "hello\n");
	check_back("bot", NULL, "hello");
	check_room("join bot;say bot before;leave bot;join pam;say pam hello;"
	    "leave pam;join bot;say bot after1;say bot after2;leave bot;"
	    "join bot;leave bot;join bob;");
	server_stop(&server, SIGTERM);
}

/* His copy begins behind what the room has now. */
static void
who_came_after_the_backup_says_it_again(void **state)
{
	(void)state;
	start_room(0);
	copy(data, kept);
	speak("pam", NULL, "hello\n");
	speak("bot", NULL, "after1\nafter2\n");
	restore(kept);
	check_back("bot", NULL, NULL);
	check_room("join bot;say bot after1;say bot after2;leave bot;"
	    "join bot;leave bot;join bob;");
	server_stop(&server, SIGTERM);
}

/* Also who asks for all of the log, which his copy does not have. */
static void
who_reads_from_the_beginning_says_it_again(void **state)
{
	struct plain p;

	(void)state;
	start_room(0);
	speak("pam", NULL, "hello\n");
	speak("bot", NULL, "before\n");
	copy(data, kept);
	speak("bot", NULL, "after1\nafter2\n");
	restore(kept);
	check_back("bot", "--after=0", NULL);
	run(&p, "bot", "--after=0", "");
	assert_int_equal(count(p.said, "\thello\n"), 1);
	assert_int_equal(count(p.said, "\tbefore\n"), 1);
	assert_int_equal(count(p.said, "\tafter1\n"), 1);
	plain_clear(&p);
	server_stop(&server, SIGTERM);
}

static void
start_rooms(const char *const more[])
{
	char text[16];
	const char *args[16] = { "-q", "-b", "127.0.0.1", "-d", data, "-p",
	    text };
	size_t n = 7;

	snprintf(text, sizeof(text), "%u", server_free_port());
	while (*more != NULL)
		args[n++] = *more++;
	server_spawn(&server, SERVER_PIPE, NULL, args);
	server_listening(&server);
}
#define START(...) start_rooms((const char *const[]){ __VA_ARGS__, NULL })

/* As the manual says it; the server is at work. */
static void
back_up(void)
{
	char file[ENV_HOME_BYTES + 16];
	const char *words[] = { "-d", data, "backup", file, NULL };
	const char *make[] = { "mkdir", "-m", "700", kept, NULL };
	const char *unpack[] = { "tar", "-xf", file, "-C", kept, NULL };
	struct plain c;

	snprintf(file, sizeof(file), "%s/backup.tar", base);
	plain_run_program(&c, "chat-ctl", base, words);
	assert_int_equal(plain_finish(&c), 0);
	plain_clear(&c);
	do_it(make);
	do_it(unpack);
}

/* What was said in each, who may enter, how they are called and were. */
static void
all_rooms_of_a_backup_are_whole(void **state)
{
	(void)state;
	START("-r", "chat", "-r", "lab", "-r", "ops");
	CTL("", "-R", "chat", "announce", "in chat");
	CTL("", "-R", "lab", "announce", "in the lab");
	CTL("", "-R", "ops", "announce", "in ops");
	CTL("closed; ", "-R", "ops", "close");
	CTL("renamed: crew", "room", "rename", "lab", "crew");
	CTL("opened: gone", "room", "open", "gone");
	CTL("put away: gone", "room", "put-away", "gone");
	back_up();
	CTL("", "-R", "ops", "announce", "lost");
	server_stop(&server, SIGKILL);
	drop(data);
	copy(kept, data);
	START("-r", "chat");
	CTL("\tannounce\t\tin chat\n", "-R", "chat", "log", "2");
	CTL("\tannounce\t\tin the lab\n", "-R", "crew", "log", "2");
	CTL("\tannounce\t\tin the lab\n", "-R", "lab", "log", "2");
	CTL("\tannounce\t\tin ops\n", "-R", "ops", "log", "3");
	CTL("the room is closed already\n", "-R", "ops", "close");
	CTL("", "-R", "crew", "announce", "going on");
	CTL("\tgoing on\n", "-R", "crew", "log", "1");
	assert_int_equal(server_stop(&server, SIGTERM), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    who_spoke_since_the_backup_stays_and_says_it_again,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    what_was_lost_is_said_before_what_waits,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_backup_from_before_a_restart_is_told_from_what_was,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    the_right_backup_after_a_wrong_one_is_gone_on_from,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    what_both_backups_have_is_not_said_again,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    what_the_right_backup_has_is_not_said_again,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    however_often_it_is_put_back_what_was_lost_is_said_again,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    nor_does_it_matter_how_far,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    who_was_away_meanwhile_says_it_again_when_he_comes,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    who_is_put_back_himself_is_not_put_out,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    what_he_says_then_is_not_taken_for_what_he_said,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    nor_is_what_he_says_with_a_copy_of_his_files,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    what_was_said_under_a_former_number_is_said_again,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_script_says_again_what_was_lost,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    who_came_after_the_backup_says_it_again,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    who_reads_from_the_beginning_says_it_again,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    all_rooms_of_a_backup_are_whole,
		    set_up, tear_down)
	};

	return tests_run(tests, NULL, NULL);
}
