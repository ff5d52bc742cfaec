/*
 * Fuzzing: chat-server's command line, an argument a line. It is taken, and
 * then means something; or it is refused, with exit status 2.
 *
 * The parser ends the program, which no fuzzer survives: its source is compiled
 * in here with an exit that comes back, and a silent standard error.
 */
#include <sys/socket.h>
#include <err.h>
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tests/fuzz/fuzz.h"

enum { ARGUMENTS = 64 };

static jmp_buf	 ended;
static FILE	*silence;

static void say_nothing(const char *, va_list)
    __attribute__((format(printf, 1, 0)));

static void
say_nothing(const char *format, va_list ap)
{
	vfprintf(silence, format, ap);
}

#undef stderr
#undef stdout
#define stderr silence
#define stdout silence
#define vwarnx say_nothing
#define puts(text) fputs(text, silence)
#undef printf
#define printf(...) fprintf(silence, __VA_ARGS__)
#define exit(status) longjmp(ended, 1 + (status))
#include "server/settings.c"
#undef exit

/* What no later part looks at again. */
static void
means_something(const struct settings *s)
{
	const char *room = s->hub.gate.room;
	bool closed = s->hub.closed || s->passphrase != NULL;

	MUST(s->family == AF_UNSPEC || s->family == AF_INET ||
	    s->family == AF_INET6);
	MUST(text_is_clean(room, strlen(room)));
	MUST(strlen(room) <= HELLO_ROOM_NAME);
	MUST(s->hub.rate <= HUB_RATE_MAX);
	MUST(s->hub.idle_ms >= 0);
	MUST(s->keep_ms >= 0 && s->keep_ms <= INT64_C(100000) * 86400000);
	MUST(s->keep_bytes <= UINT64_C(100000) << 30);
	MUST(s->sync <= LOG_SYNC_NONE && s->hub.classic <= HUB_CLASSIC_ANY);
	MUST(!closed || s->hub.classic == HUB_CLASSIC_OFF);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static char *text, *argv[ARGUMENTS + 2];
	static struct settings s;
	static int argc, status;
	char *line, *rest;

	fuzz_ready();
	if (silence == NULL)
		silence = fopen("/dev/null", "w");
	MUST(silence != NULL);
	text = rest = fuzz_string(data, len);
	argv[0] = (char *)(uintptr_t)"chat-server";
	for (argc = 1; argc <= ARGUMENTS &&
	    (line = strsep(&rest, "\n")) != NULL; )
		argv[argc++] = line;
	argv[argc] = NULL;
	optind = 0;		/* GNU's: from the beginning */
	opterr = 0;
	if ((status = setjmp(ended)) == 0) {
		settings_parse(&s, argc, argv);
		means_something(&s);
	} else
		MUST(status == 1 + 0 || status == 1 + 2);
	free(text);
	return 0;
}
