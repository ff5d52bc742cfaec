/*
 * Fuzzing: records between the client's processes, /commands and settings.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tui/command.h"
#include "tui/config.h"
#include "tui/options.h"
#include "tui/record.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
take_records(const uint8_t *data, size_t len)
{
	struct record r;
	size_t used;

	while (record_decode(data, len, &r, &used) == RECORD_OK) {
		if (used == 0 || used > len)
			abort();
		data += used;
		len -= used;
	}
}

static void
take_setting(const char *text, size_t len)
{
	static struct options o;
	char why[CONFIG_WHY_BYTES], value[CONFIG_VALUE_BYTES];
	char *line = malloc(len + 1), *rest;

	memcpy(line, text, len);
	line[len] = '\0';
	rest = line + strcspn(line, " ");
	if (*rest != '\0')
		*rest++ = '\0';
	config_defaults(&o);
	if (config_set(&o, line, rest, why) && !config_get(&o, line, value))
		abort();
	free(line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	take_records(data, len);
	command_parse((const char *)data, len);
	take_setting((const char *)data, len);
	return 0;
}
