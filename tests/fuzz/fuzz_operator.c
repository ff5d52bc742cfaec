/*
 * Fuzzing: the operator's requests, a line each, to a room with people of the
 * classic protocol in it; the lines that begin with '<' are theirs, the next
 * byte says whose. Each answer is one, and the room stays what its log says.
 */
#include <stdlib.h>
#include <string.h>

#include "server/console.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/hall.h"

static void
on_send(void *arg, const union sock_addr *to, const void *data, size_t len)
{
	(void)arg;
	(void)to;
	free(fuzz_copy(data, len));
}

/* What control lets through: no NUL, not too long. */
static void
on_line(void *arg, const char *line, size_t len)
{
	struct hall *r = arg;
	union sock_addr from;
	char *request;

	if (line == NULL)
		return;
	MUST(len <= CONSOLE_LINE_BYTES && memchr(line, '\n', len) == NULL);
	if (len >= 2 && line[0] == '<') {
		from = hall_addr("127.0.0.1", 1 + (uint8_t)line[1] % 4);
		hall_input(r, &from, line + 2, len - 2);
	} else if (memchr(line, '\0', len) == NULL) {
		request = fuzz_string(line, len);
		hall_ask(r, request);
		free(request);
	}
	hall_pass(r, 25);
	hall_check(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct hall room = { .send = on_send };
	struct console console;
	size_t half = len / 2;

	fuzz_ready();
	hall_open(&room, HUB_CLASSIC_LOCAL, len % 2 == 0 ? 1 : HALL_ROOMS);
	console_init(&console);
	console_feed(&console, (const char *)data, half, on_line, &room);
	console_feed(&console, (const char *)data + half, len - half, on_line,
	    &room);
	hall_close(&room);
	return 0;
}
