/*
 * What load.c is asked for: inline, since each bench is one file.
 */
#ifndef TESTS_BENCH_LOAD_OPTIONS_H
#define TESTS_BENCH_LOAD_OPTIONS_H

#include <sys/types.h>
#include <err.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tests/bench/tongue.h"

enum {
	CLIENTS_MAX = 16384,
	MESSAGES_MAX = 10000000,
	WINDOW_MAX = 4096,		/* what an outbox holds */
	NUMBER = 8,			/* digits of a message */
	BYTES_MIN = NUMBER + 2		/* '^' before it, something behind */
};

struct options {
	uint16_t	 port;
	size_t		 clients, senders, messages, window, bytes;
	size_t		 per_s;		/* 0: as fast as the window allows */
	pid_t		 pid;
	enum tongue	 tongue;
	bool		 stored;
};

static inline _Noreturn void
usage(const char *why)
{
	if (why != NULL)
		warnx("%s", why);
	fprintf(stderr, "usage: load -p PORT -n CLIENTS -s SENDERS "
	    "-m MESSAGES -w WINDOW -z BYTES\n            "
	    "[-r MESSAGES-A-SECOND] [-S] [-C | -P LANGUAGE] --pid SERVER\n");
	exit(2);
}

static inline size_t
number(char letter, long long min, long long max)
{
	const char *why;
	char text[128];
	long long n = strtonum(optarg, min, max, &why);

	if (why != NULL) {
		snprintf(text, sizeof(text), "-%c: %.40s is %s", letter,
		    optarg, why);
		usage(text);
	}
	return (size_t)n;
}

static inline enum tongue
tongue_named(const char *name)
{
	enum tongue t;

	for (t = SECURE; t < TONGUES; t++)
		if (strcmp(tongues[t].name, name) == 0)
			return t;
	usage("-P: secure, classic, bare, irc, nats or mqtt");
}

static inline void
read_options(struct options *o, int argc, char *argv[])
{
	static const struct option longer[] = {
		{ "pid", required_argument, NULL, '-' }, { NULL, 0, NULL, 0 }
	};
	int c;

	while ((c = getopt_long(argc, argv, "p:n:s:m:w:z:r:CP:S", longer,
	    NULL)) != -1) {
		switch (c) {
		case 'p': o->port = (uint16_t)number('p', 1, 65535); break;
		case 'n': o->clients = number('n', 2, CLIENTS_MAX); break;
		case 's': o->senders = number('s', 1, CLIENTS_MAX); break;
		case 'm': o->messages = number('m', 1, MESSAGES_MAX); break;
		case 'w': o->window = number('w', 1, WINDOW_MAX); break;
		case 'z':
			o->bytes = number('z', BYTES_MIN, TEXT_LINE_BYTES);
			break;
		case 'r': o->per_s = number('r', 1, 1000000); break;
		case 'C': o->tongue = CLASSIC; break;
		case 'S': o->stored = true; break;
		case 'P': o->tongue = tongue_named(optarg); break;
		case '-': o->pid = (pid_t)number('-', 1, INT32_MAX); break;
		default: usage(NULL);
		}
	}
	if (optind != argc || o->port == 0 || o->clients == 0 ||
	    o->senders == 0 || o->messages == 0 || o->window == 0 ||
	    o->bytes == 0 || o->pid == 0)
		usage("all but -r, -S, -C and -P are needed");
	if (o->stored && o->tongue != SECURE)
		usage("-S: others do not tell");
	if (o->senders > o->clients)
		usage("more senders than clients");
}

#endif
