/*
 * Fuzzing: the line that is handed out. What is read says the same when it is
 * written and read again; what is refused leaves nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "common/invite.h"
#include "tests/fuzz/fuzz.h"

static void
read_again(const struct invite *invite)
{
	char line[INVITE_BYTES];
	struct invite again;

	memset(line, 'x', sizeof(line));
	invite_write(line, invite);
	MUST(memchr(line, '\0', sizeof(line)) != NULL);
	/* Fit for a shell, but for the brackets. */
	MUST(line[strspn(line, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_@:/.[]")] == '\0');
	MUST(invite_is(line));
	MUST(invite_read(&again, line) == INVITE_OK);
	MUST(memcmp(&again, invite, sizeof(again)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct invite none;
	struct invite invite;
	enum invite_error error;
	char *text;

	fuzz_ready();
	text = fuzz_string(data, len);
	memset(&invite, 'x', sizeof(invite));
	error = invite_read(&invite, text);
	if (error == INVITE_OK)
		read_again(&invite);
	else {
		MUST(memcmp(&invite, &none, sizeof(none)) == 0);
		MUST(*invite_reason(error) != '\0');
	}
	free(text);
	return 0;
}
