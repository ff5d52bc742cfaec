/*
 * People at the servers of a cluster: see the header.
 */
#include "tests/with_people.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "tests/with_cmocka.h"

enum {
	NODES = CLUSTER_NODES, TEXT = CLUSTER_PATH, STEP_MS = 10,
	LOG_MS = 20000
};

/* As many lines as chat-ctl tells of: they say less in a longer run. */
#define LOG "10000"

static unsigned
roll(struct people *all, unsigned below)
{
	all->dice = all->dice * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(all->dice >> 33) % below;
}

static void
enter(struct people *all, size_t n)
{
	struct person *p = &all->who[n];
	char line[64], one[64], host[CLUSTER_HOST], list[TEXT] = "";
	const char *const words[] = { "-P", "-n", p->name, "--follow", list,
		NULL };
	size_t k, at;

	snprintf(p->name, sizeof(p->name), "p%zu", n);
	p->said_ms = calloc(PEOPLE_LINES, sizeof(*p->said_ms));
	p->seen_ms = calloc(PEOPLE_LINES, sizeof(*p->seen_ms));
	env_home_make(p->home);
	for (k = 0; k < NODES; k++) {
		at = (n + (n < NODES * 2 ? k : NODES * 2 - k)) % NODES;
		cluster_host(all->cluster, host, at);
		snprintf(one, sizeof(one), "%s%s:%u", k == 0 ? "" : ",", host,
		    all->cluster->port[at]);
		strlcat(list, one, sizeof(list));
	}
	plain_run_program(&p->p, "chat-tui", p->home, words);
	snprintf(line, sizeof(line), "\tjoin\t%.7s\t", p->name);
	if (!plain_until(&p->p, line))
		fail_msg("%s is not let in:\n%s%s", p->name, p->p.said,
		    p->p.told);
}

void
people_enter(struct people *all)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		enter(all, i);
}

static void
say(struct people *all, struct person *p, int64_t now)
{
	char line[64];

	if (p->said == PEOPLE_LINES)
		return;
	p->said_ms[p->said] = now;
	snprintf(line, sizeof(line), "%.7s %u\n", p->name, p->said++);
	plain_give(&p->p, line);
	p->next = now + all->say_ms / 2 + roll(all, (unsigned)all->say_ms);
}

/* A number that nobody has said is told of at the end. */
static void
saw(struct person *p, const struct person *author, unsigned number,
    int64_t now)
{
	if (number >= author->said)
		return;
	if (author != p) {
		if (author->seen_ms[number] != 0 &&
		    now - author->seen_ms[number] > p->late)
			p->late = now - author->seen_ms[number];
		return;
	}
	p->seen_ms[number] = now;
	if (number == p->seen)
		p->seen++;
	if (now - p->said_ms[number] > p->stall) {
		p->stall = now - p->said_ms[number];
		p->stall_at = p->said_ms[number];
	}
}

/* What he was shown since. */
static void
look(struct people *all, struct person *p, int64_t now)
{
	unsigned author, number;
	char *at, *end, *say;

	plain_poll(&p->p);
	for (at = p->p.said + p->looked; (end = strchr(at, '\n')) != NULL;
	    at = end + 1) {
		*end = '\0';
		if ((say = strstr(at, "\tsay\t")) != NULL && sscanf(say,
		    "\tsay\tp%u\tp%*u %u", &author, &number) == 2 &&
		    author < all->n)
			saw(p, &all->who[author], number, now);
		*end = '\n';
	}
	p->looked = (size_t)(at - p->p.said);
}

void
people_round(struct people *all, int64_t now, bool talk)
{
	struct person *p;

	for (p = all->who; p < all->who + all->n; p++) {
		if (talk && !p->silent && p->next <= now)
			say(all, p, now);
		look(all, p, now);
	}
	poll(NULL, 0, STEP_MS);
}

bool
people_have_seen(const struct people *all)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (all->who[i].seen < all->who[i].said)
			return false;
	return true;
}

static size_t
count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)) != NULL; text += strlen(what))
		n++;
	return n;
}

bool
people_have_read(const struct people *all)
{
	size_t i, said = 0;

	for (i = 0; i < all->n; i++)
		said += all->who[i].said;
	for (i = 0; i < all->n; i++)
		if (count(all->who[i].p.said, "\tsay\t") < said)
			return false;
	return true;
}

void
people_forget(struct people *all)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		all->who[i].stall = all->who[i].late = 0;
}

/*
 * What they have read, and what was kept
 */

/* What is said, from the first line of it on, without number and time. */
static char *
said_of(const char *text)
{
	char *copy = calloc(1, strlen(text) + 1), *to = copy;
	const char *end, *tab;

	for (; (end = strchr(text, '\n')) != NULL; text = end + 1) {
		tab = memchr(text, '\t', (size_t)(end - text));
		if (tab != NULL)
			tab = memchr(tab + 1, '\t', (size_t)(end - tab) - 1);
		if (tab == NULL || (to == copy &&
		    strncmp(tab, "\tsay\t", 5) != 0))
			continue;
		memcpy(to, tab, (size_t)(end - tab) + 1);
		to += end - tab + 1;
	}
	return copy;
}

static char *
log_of(const struct people *all, size_t n)
{
	char dir[TEXT];
	const char *const words[] = { "-d", dir, "log", LOG, NULL };
	struct plain p;
	char *said;

	cluster_dir(all->cluster, dir, n);
	plain_run_program(&p, "chat-ctl", all->cluster->etcds.home, words);
	plain_finish(&p);
	said = said_of(p.said);
	plain_clear(&p);
	return said;
}

static void
keep(const char *name, const char *text)
{
	const char *to = getenv("CHAOS_KEEP");
	char path[TEXT];
	FILE *f;

	if (to == NULL)
		return;
	snprintf(path, sizeof(path), "%s/%s", to, name);
	if ((f = fopen(path, "w")) != NULL) {
		fputs(text, f);
		fclose(f);
	}
}

/* False, and where they differ, if they do. */
static bool
same(const char *name, const char *is, const char *want)
{
	size_t at = 0;
	int line = 1;

	keep(name, is);
	if (strcmp(is, want) == 0)
		return true;
	for (; is[at] != '\0' && is[at] == want[at]; at++)
		line += is[at] == '\n';
	while (at > 0 && is[at - 1] != '\n')
		at--;
	print_message("%s differs at line %d:\n%.60s\nnot\n%.60s\n", name,
	    line, is + at, want + at);
	return false;
}

/* Each line once, those of an author in order, and nothing else. */
static bool
is_right(const struct people *all, const char *text)
{
	unsigned next[PEOPLE_MAX] = { 0 }, who_is, number, i, total = 0;
	bool right = true;
	int used;

	for (; *text != '\0'; text = strchr(text, '\n') + 1) {
		used = 0;
		if (sscanf(text, "\tsay\tp%u\tp%*u %u%n", &who_is, &number,
		    &used) != 2 || text[used] != '\n' || who_is >= all->n) {
			print_message("not what was said: %.*s\n",
			    (int)strcspn(text, "\n"), text);
			right = false;
			continue;
		}
		if (number != next[who_is]) {
			print_message("p%u: %u where %u is next\n", who_is,
			    number, next[who_is]);
			right = false;
		}
		next[who_is] = number + 1;
		total++;
	}
	for (i = 0; i < all->n; i++)
		right &= next[i] == all->who[i].said;
	printf("lines %u\n", total);
	return right;
}

/* That of the first, once the others have the same; or in time. */
static char *
settled_log(const struct people *all)
{
	int64_t until = clock_now_ms() + LOG_MS;
	char *first, *other;
	bool are;
	size_t i;

	for (;;) {
		first = log_of(all, 0);
		are = *first != '\0';
		for (i = 1; i < NODES && are; i++) {
			other = log_of(all, i);
			are = strcmp(first, other) == 0;
			free(other);
		}
		if (are || clock_now_ms() > until)
			return first;
		free(first);
		poll(NULL, 0, STEP_MS * 10);
	}
}

void
people_compare(struct people *all)
{
	char name[32], *first, *other;
	struct person *p;
	bool right;
	size_t i;

	first = settled_log(all);
	keep("log1", first);
	right = is_right(all, first);
	for (i = 1; i < NODES; i++) {
		snprintf(name, sizeof(name), "log%zu", i + 1);
		right &= same(name, other = log_of(all, i), first);
		free(other);
	}
	for (p = all->who; p < all->who + all->n; p++) {
		plain_poll(&p->p);
		right &= same(p->name, other = said_of(p->p.said), first);
		free(other);
		snprintf(name, sizeof(name), "%.7s.told", p->name);
		keep(name, p->p.told);
	}
	free(first);
	assert_true(right);
}

void
people_end(struct people *all)
{
	struct person *p;

	for (p = all->who; p < all->who + all->n; p++) {
		if (p->p.pid > 0) {
			plain_end_input(&p->p);
			kill(p->p.pid, SIGKILL);
			plain_finish(&p->p);
			plain_clear(&p->p);
		}
		if (p->home[0] != '\0')
			env_home_remove(p->home);
		free(p->said_ms);
		free(p->seen_ms);
	}
}
