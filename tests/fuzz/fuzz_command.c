/*
 * Fuzzing: what a user types behind a slash, and a word and a value for /set.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tui/session/command.h"
#include "tui/settings/config.h"
#include "tui/settings/options.h"

static void
take_setting(const uint8_t *data, size_t len)
{
	static struct options o;
	char why[CONFIG_WHY_BYTES], value[CONFIG_VALUE_BYTES];
	char *word = fuzz_string(data, len), *rest;

	rest = word + strcspn(word, " ");
	if (*rest != '\0')
		*rest++ = '\0';
	config_defaults(&o);
	if (config_set(&o, word, rest, why)) {
		MUST(config_get(&o, word, value));
		MUST(value[0] == '\0' || config_set(&o, word, value, why));
	} else
		MUST(memchr(why, '\0', sizeof(why)) != NULL);
	free(word);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *line = fuzz_copy(data, len);
	const char *text = line;
	size_t n = len;
	struct command c;
	enum command_id id;

	fuzz_ready();
	c = command_parse(line, len, false);
	MUST(c.id <= COMMAND_AMBIGUOUS);
	/* No word becomes a public one where there are talks. */
	id = command_parse(line, len, true).id;
	MUST((id != COMMAND_SAY && id != COMMAND_ACT) || id == c.id);
	MUST(c.arg_len == 0 || (c.arg >= line &&
	    c.arg + c.arg_len <= line + len));
	MUST(memchr(c.suggestion, '\0', sizeof(c.suggestion)) != NULL);
	text = command_trim(text, &n);
	if (n > 0 && *text != '/' && memcmp(text, "quit", n < 4 ? n : 4) != 0)
		MUST(c.id == COMMAND_SAY);
	free(line);
	take_setting(data, len);
	return 0;
}
